// The Node peer of folder scoring: onnxruntime-node and sharp, batches of 32, decoding the next batch while this one is scored. Serves bench/peers/compare_in_turns.py.
//   node bench/peers/score_folder.mjs model.onnx folder threads
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const require = createRequire(new URL('../../build/npm/bench/package.json', import.meta.url));
const { InferenceSession, Tensor } = require('onnxruntime-node');
const sharp = require('sharp');

const [model, folder, threads] = process.argv.slice(2);
const batchSize = 32;
const side = 224;
const files = readdirSync(folder).sort().map(name => `${folder}/${name}`);
const session = await InferenceSession.create(model, { intraOpNumThreads: Number(threads), interOpNumThreads: 1 });
sharp.concurrency(1);   // images side by side, each on one thread
let next = 0;

const decode = path => sharp(path).resize(side, side, { fit: 'fill', kernel: 'cubic' }).removeAlpha().raw().toBuffer();

async function decodeBatch(paths) {
  const images = await Promise.all(paths.map(decode));
  return new Tensor('uint8', Buffer.concat(images), [paths.length, side, side, 3]);
}

async function score(count) {
  const paths = Array.from({ length: count }, (_, index) => files[(next + index) % files.length]);
  next += count;
  const batches = [];
  for (let start = 0; start < count; start += batchSize) { batches.push(paths.slice(start, start + batchSize)); }
  const labels = [];
  let ahead = decodeBatch(batches[0]);
  for (let index = 0; index < batches.length; index++) {
    const image = await ahead;
    ahead = index + 1 < batches.length ? decodeBatch(batches[index + 1]) : null;
    const { probabilities } = await session.run({ image }, ['probabilities']);
    const [rows, classes] = probabilities.dims;
    for (let row = 0; row < rows; row++) {
      const values = probabilities.data.subarray(row * classes, (row + 1) * classes);
      labels.push(values.indexOf(Math.max(...values)));
    }
  }
  return labels;
}

console.log('ready');
for await (const line of createInterface({ input: process.stdin })) {
  const started = process.hrtime.bigint();
  const before = process.cpuUsage();
  await score(Number(line));
  const { user, system } = process.cpuUsage(before);
  console.log(`${Number(process.hrtime.bigint() - started) / 1e6} ${(user + system) / 1e3}`);
}
