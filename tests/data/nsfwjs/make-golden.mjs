// Makes mobilenet-v2.json and inception-v3.json: the softmax of the original networks of npm nsfwjs, and channel means inside them, run by the original runtime (TensorFlow.js, CPU backend) on
// the first images of the contract's ramp formula, scaled to [0, 1]. InceptionV3 takes some minutes. Needed only to remake the files:
//   npm install --ignore-scripts @tensorflow/tfjs@4.22.0 nsfwjs@4.4.0 && node make-golden.mjs
import { createRequire } from 'node:module';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

const root = process.env.PACKAGES ?? process.cwd();   // the folder that holds node_modules
const require = createRequire(path.join(root, 'x.js'));
const tf = require('@tensorflow/tfjs');

await make('mobilenet_v2', 2, 224, 'block_13_expand_relu');
await make('inception_v3', 1, 299, 'mixed7');

async function make(name, count, size, cut) {
  const folder = path.join(root, 'node_modules/nsfwjs/dist/models', name);
  const { modelTopology, weightsManifest } = require(path.join(folder, 'model.min.js'));
  const shards = weightsManifest[0].paths.map(shard => Buffer.from(require(path.join(folder, `${shard}.min.js`)), 'base64'));
  const bytes = Buffer.concat(shards);
  const model = await tf.loadLayersModel(tf.io.fromMemory({
    modelTopology,
    weightSpecs: weightsManifest[0].weights,
    weightData: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
  }));
  const inside = tf.model({ inputs: model.inputs, outputs: [model.getLayer(cut).output, model.outputs[0]] });
  const [features, softmax] = inside.predict(ramp(count, size));
  const channelMeans = features.mean([1, 2]);

  writeFileSync(new URL(`${name.replace('_', '-')}.json`, import.meta.url), JSON.stringify({
    runtime: `@tensorflow/tfjs ${tf.version.tfjs}`,
    weights: `nsfwjs 4.4.0 dist/models/${name}`,
    softmax: await softmax.array(),
    cut,
    firstChannelMeans: (await channelMeans.array()).map(row => row.slice(0, 16)),
  }, null, 1) + '\n');
}

function ramp(count, size) {
  const pixels = new Float32Array(count * size * size * 3);
  let i = 0;
  for (let n = 0; n < count; n++)
    for (let y = 0; y < size; y++)
      for (let x = 0; x < size; x++)
        for (let c = 0; c < 3; c++)
          pixels[i++] = ((151 * n + 31 * y + 17 * x + 59 * c + (y * x) % 251) % 256) / 255;
  return tf.tensor4d(pixels, [count, size, size, 3]);
}
