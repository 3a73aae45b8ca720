/**
 * Makes the shipped model again, from its sources to its card: `node node/models/shipped/languages/make/make.ts [folder]`.
 * The same packages and Node give the same file; its digest is in model.json. Without a folder it replaces what ships.
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { outputFolder } from '../../make/output-folder.ts'
import type { TextModelManifest } from '../../manifest.ts'
import { cleanCorpus, type Split, splitOf, withoutKnown } from './corpus.ts'
import { createEvaluator } from './evaluate.ts'
import { exportModel, inputDims, outputDims } from './export-model.ts'
import { featureSpec } from './feature-spec.ts'
import { labelOf, languages } from './languages.ts'
import { modelCard } from './model-card.ts'
import { loadSources } from './sources.ts'
import { train } from './train.ts'

const SEED = 50
const EPOCHS = 10
const PASSAGES = 2000
const ENGLISH = 'en'

const output = outputFolder(process.argv[2] ?? join(import.meta.dirname, '..'))

const manifestOf = (model: Uint8Array): TextModelManifest => ({
  name: 'languages',
  title: 'Language of a text',
  task: 'text-classification',
  file: 'languages.onnx',
  sha256: createHash('sha256').update(model).digest('hex'),
  byteLength: model.byteLength,
  licence: 'Apache-2.0',
  inputs: [{ name: 'features', type: 'float32', dims: inputDims }],
  outputs: [{ name: 'probabilities', type: 'float32', dims: outputDims }],
  preprocess: {
    kind: 'text-ngrams',
    input: 'features',
    ...featureSpec,
    description:
      'NFC, lower case, NFC; words = a letter and the letters and marks after it; a space before and after each word; all groups of groupLengthMin to groupLengthMax code points within that, the lone space left out; bucket = FNV-1a (32 bits) over the UTF-8 bytes of the group, h XOR (h >> 16), modulo buckets; value = square root of (groups in the bucket / all groups).',
  },
  labels: 'labels.json',
})

const sources = loadSources()
const learnt = cleanCorpus(sources.learnt, ENGLISH)
const other = withoutKnown(cleanCorpus(sources.other, ENGLISH), learnt)
const inSplit = (split: Split): Map<string, string[]> =>
  new Map([...learnt].map(([code, texts]) => [code, texts.filter((text) => splitOf(text) === split)]))
const training = inSplit('train')
const trainingTexts = [...training.values()].reduce((sum, texts) => sum + texts.length, 0)
console.log(`${languages.length} languages, ${trainingTexts} texts to learn`)

const started = performance.now()
const parameters = train(
  languages.map(({ code }) => training.get(code)!),
  {
    seed: SEED,
    epochs: EPOCHS,
    passages: PASSAGES,
    spec: featureSpec,
    report: (epoch, loss) => {
      const seconds = Math.round((performance.now() - started) / 1000)
      console.log(`epoch ${epoch + 1} of ${EPOCHS}: loss ${loss.toFixed(4)}, ${seconds} s`)
    },
  },
)

const model = exportModel(parameters)
const manifest = manifestOf(model)
output.write(manifest.file, model)
output.writeJson('model.json', manifest)
output.writeJson(manifest.labels, languages.map(labelOf))

const evaluate = await createEvaluator(model, manifest.preprocess)
const figures = {
  tune: await evaluate(inSplit('tune')),
  test: await evaluate(inSplit('test')),
  other: await evaluate(other),
}
const recipe = { seed: SEED, epochs: EPOCHS, passages: PASSAGES, trainingTexts }
output.write('MODEL_CARD.md', modelCard(manifest, recipe, figures))
output.format('model.json', manifest.labels, 'MODEL_CARD.md')
for (const [name, evaluations] of Object.entries(figures)) {
  for (const [length, { total }] of Object.entries(evaluations)) {
    const share = ((100 * total.right) / total.count).toFixed(2)
    console.log(`${name}, ${length} characters: ${total.right} of ${total.count} right, ${share} %`)
  }
}
