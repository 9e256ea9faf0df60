// Makes golden.json: the softmax of the original InceptionV3 of npm nsfwjs, run by the original runtime (TensorFlow.js, CPU backend), on the first image of
// the contract's ramp formula at 299x299, scaled to [0, 1]. Takes some minutes. Needed only to remake the file:
//   npm install --ignore-scripts @tensorflow/tfjs@4.22.0 nsfwjs@4.4.0 && node make-golden.mjs
import { createRequire } from 'node:module';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

const root = process.env.PACKAGES ?? process.cwd();   // the folder that holds node_modules
const require = createRequire(path.join(root, 'x.js'));
const tf = require('@tensorflow/tfjs');
const folder = path.join(process.env.MODELS ?? root, 'node_modules/nsfwjs/dist/models/inception_v3');
const { modelTopology, weightsManifest } = require(path.join(folder, 'model.min.js'));
const shards = weightsManifest[0].paths.map(name => Buffer.from(require(path.join(folder, `${name}.min.js`)), 'base64'));
const bytes = Buffer.concat(shards);
const model = await tf.loadLayersModel(tf.io.fromMemory({
  modelTopology,
  weightSpecs: weightsManifest[0].weights,
  weightData: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
}));
console.log(model.inputs[0].shape, model.layers.slice(-8).map(layer => `${layer.getClassName()} ${layer.name} ${JSON.stringify(layer.outputShape)}`));

const [count, size] = [1, 299];
const pixels = new Float32Array(count * size * size * 3);
let i = 0;
for (let n = 0; n < count; n++)
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++)
      for (let c = 0; c < 3; c++)
        pixels[i++] = ((151 * n + 31 * y + 17 * x + 59 * c + (y * x) % 251) % 256) / 255;
const input = tf.tensor4d(pixels, [count, size, size, 3]);
const cut = tf.model({ inputs: model.inputs, outputs: [model.getLayer('mixed7').output, model.outputs[0]] });
const [features, softmax] = cut.predict(input);
const channelMeans = features.mean([1, 2]);

writeFileSync(new URL('golden.json', import.meta.url), JSON.stringify({
  runtime: `@tensorflow/tfjs ${tf.version.tfjs}`,
  weights: 'nsfwjs 4.4.0 dist/models/inception_v3',
  softmax: await softmax.array(),
  cut: 'mixed7',
  firstChannelMeans: (await channelMeans.array()).map(row => row.slice(0, 16)),
}, null, 1) + '\n');
