/**
 * Makes the shipped model again, from the fonts to its card: `node node/models/shipped/characters/make/make.ts [folder]`.
 * The same fonts, packages and Node give the same file; its digest is in model.json. Without a folder it replaces what ships.
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { outputFolder } from '../../make/output-folder.ts'
import type { ImageModelManifest } from '../../manifest.ts'
import { characterClasses } from './character-classes.ts'
import { createEvaluator } from './evaluate.ts'
import { exportModel, inputDims, outputDims } from './export-model.ts'
import { loadFonts, type Split } from './font-files.ts'
import { drawGlyphs, type GlyphMaster } from './glyph-masters.ts'
import { inkSpec } from './input-spec.ts'
import { modelCard } from './model-card.ts'
import { drawSamples } from './sample-pictures.ts'
import { train } from './train.ts'

const SEED = 20
const EPOCHS = 32

const output = outputFolder(process.argv[2] ?? join(import.meta.dirname, '..'))

const manifestOf = (model: Uint8Array): ImageModelManifest => ({
  name: 'characters',
  title: 'Printed letters and digits',
  task: 'image-classification',
  file: 'characters.onnx',
  sha256: createHash('sha256').update(model).digest('hex'),
  byteLength: model.byteLength,
  licence: 'Apache-2.0',
  inputs: [{ name: 'image', type: 'float32', dims: inputDims }],
  outputs: [{ name: 'probabilities', type: 'float32', dims: outputDims }],
  preprocess: {
    kind: 'ink-square',
    input: 'image',
    ...inkSpec,
    description:
      'Grey; background = median of the frame = 0, farthest from it = 1; box around all ink at or above inkThreshold, its longer side scaled to inkSidePixels (triangle filter), centred in sidePixels squared.',
  },
  labels: 'labels.json',
})

const fonts = loadFonts()
const masters: Record<Split, GlyphMaster[]> = { train: [], tune: [], test: [] }
for (const font of fonts) masters[font.split].push(...(await drawGlyphs(font)))
console.log(`${fonts.length} fonts, ${masters.train.length} characters to learn`)

const started = performance.now()
const parameters = await train(masters.train, {
  seed: SEED,
  epochs: EPOCHS,
  report: (epoch, loss) => {
    const seconds = Math.round((performance.now() - started) / 1000)
    console.log(`epoch ${epoch + 1} of ${EPOCHS}: loss ${loss.toFixed(4)}, ${seconds} s`)
  },
})

const model = exportModel(parameters)
const manifest = manifestOf(model)
output.write(manifest.file, model)
output.writeJson('model.json', manifest)
output.writeJson(
  manifest.labels,
  characterClasses.map((group) => group.label),
)
for (const { name, png } of await drawSamples(fonts)) output.write(join('samples', name), png)

const evaluator = await createEvaluator(model, manifest.preprocess)
const figures = {
  tuneClean: await evaluator.clean(masters.tune),
  tuneDistorted: await evaluator.distorted(masters.tune),
  testClean: await evaluator.clean(masters.test),
  testDistorted: await evaluator.distorted(masters.test),
}
output.write(
  'MODEL_CARD.md',
  modelCard(manifest, { seed: SEED, epochs: EPOCHS, trainingCharacters: masters.train.length }, figures),
)
output.format('model.json', manifest.labels, 'MODEL_CARD.md')
for (const [name, { total }] of Object.entries(figures)) {
  console.log(`${name}: ${total.right} of ${total.count} right, ${((100 * total.right) / total.count).toFixed(2)} %`)
}
