/** MODEL_CARD.md: the prose, and the figures of the run that made the file. */
import type { ImageModelManifest } from '../../manifest.ts'
import { characterClasses } from './character-classes.ts'
import type { Evaluation, Score } from './evaluate.ts'
import { fontPackages, type Split } from './font-files.ts'

export interface Figures {
  readonly tuneClean: Evaluation
  readonly tuneDistorted: Evaluation
  readonly testClean: Evaluation
  readonly testDistorted: Evaluation
}

export interface Recipe {
  readonly seed: number
  readonly epochs: number
  readonly trainingCharacters: number
}

const CONFUSIONS_SHOWN = 12

export function modelCard(manifest: ImageModelManifest, recipe: Recipe, figures: Figures): string {
  return `<!-- Written by make/make.ts; what is changed here by hand is lost the next time. -->

# ${manifest.title}

Answers which printed letter or digit a small picture shows. It is the model that comes with AITBC Mesh: small enough to send to
any miner, real enough that a person can check the answers.

| | |
|---|---|
| File | \`${manifest.file}\`, ${manifest.byteLength} bytes, ONNX operator set 13 |
| SHA-256 | \`${manifest.sha256}\` |
| Licence | ${manifest.licence}, as the rest of this repository |
| Input | \`image\`, float32 [batch, 1, ${manifest.preprocess.sidePixels}, ${manifest.preprocess.sidePixels}], 0 = background, 1 = ink |
| Output | \`probabilities\`, float32 [batch, ${characterClasses.length}]; the rows of a batch do not influence each other |
| Labels | \`${manifest.labels}\`: what each column stands for |
| Layers | three 3 x 3 convolutions with ReLU, two 2 x 2 max poolings, one linear layer, softmax |

## What it tells apart

${characterClasses.length} classes: the digits, the capitals, and the small letters that look different from their capitals.
Characters of one shape answer together, because size and height above the line are not in the picture:
${characterClasses
  .filter((group) => group.characters.length > 1)
  .map((group) => `\`${group.label}\` for ${[...group.characters].join(' ')}`)
  .join(', ')}.

## How a picture becomes the input

\`imageToInput\` (\`node/models/shipped/preprocess-image.ts\`) does this; training goes through the same code (\`ink-plane.ts\`).
Step by step:

1. The picture is turned to grey; transparent parts become white.
2. The background is the median of the outermost pixels. Ink is the distance from it, towards the picture's darkest or lightest
   point, whichever is farther; that point is 1, the background 0. So dark on light and light on dark look the same to the model.
3. The smallest box around all ink of at least ${manifest.preprocess.inkThreshold} is cut out.
4. Its longer side is scaled to ${manifest.preprocess.inkSidePixels} pixels (triangle filter, as wide as the step where it shrinks) and the box
   is centred in a square of ${manifest.preprocess.sidePixels} pixels.

## Intended use, and limits

For trying the mesh out, for examples and for tests. One upright printed Latin character on a plain background.

It was not made for handwriting, for whole words, for other scripts or accented letters, or for photographs with shadows or
clutter: a speck beside the character moves the box around the ink. It answers with one of its classes whatever the picture
shows, and a high probability is not evidence that there is a character at all. Not for decisions that matter.

Nothing in it comes from people or their data: it was trained on drawings of fonts alone.

## Accuracy

On typefaces of packages that the training never saw, through \`imageToInput\` and ONNX Runtime. *Clean* is the character as the
font draws it; *distorted* is each character five times with random turn, slant, width, stroke weight, size (13 to 56 pixels),
blur, contrast, polarity and noise, from another seed than the training's. The *tune* fonts were looked at while the recipe was
chosen. The *test* fonts decided nothing but which characters answer together, which was settled with the mistakes on both in
view. An old-style 1, a small capital I in shape, is left out everywhere.

| Fonts | Clean | Distorted |
|---|---|---|
| tune (${fontNames('tune')}) | ${percentOf(figures.tuneClean.total)} | ${percentOf(figures.tuneDistorted.total)} |
| test (${fontNames('test')}) | ${percentOf(figures.testClean.total)} | ${percentOf(figures.testDistorted.total)} |

Most frequent mistakes on the test fonts, shown -> answered:

- clean: ${confusions(figures.testClean)}
- distorted: ${confusions(figures.testDistorted)}

Per class on the test fonts:

| Label | Clean | Distorted |
|---|---|---|
${characterClasses
  .map((group, i) => {
    const clean = figures.testClean.perClass[i]!
    const distorted = figures.testDistorted.perClass[i]!
    return `| ${group.label} | ${percentOf(clean)} | ${percentOf(distorted)} |`
  })
  .join('\n')}

## How it was made, and how to make it again

\`\`\`
node node/models/shipped/characters/make/make.ts
\`\`\`

This fetches the fonts from Debian 12 (\`apt-get download\`, nothing is installed), draws ${recipe.trainingCharacters} characters of
${fontCount('train')} font files, trains for ${recipe.epochs} rounds (seed ${recipe.seed}), and writes the model, its manifest, the
sample pictures and this card, in about nine minutes on two cores. It needs Node 24, the packages of this repository and the package
lists; every font file is pinned by its digest in \`make/fonts.json\`. Given a folder it writes there instead.

## Sources

No font is contained in the model or this repository; the sample pictures are drawings made with them.

| Package | Version | Licence | Used for | Files |
|---|---|---|---|---|
${fontPackages
  .map(
    (entry) =>
      `| ${entry.package} | ${entry.version} | ${entry.licence} | ${entry.split} | ${fileNames(entry.files)} |`,
  )
  .join('\n')}
`
}

const percentOf = ({ right, count }: Score): string => `${((100 * right) / count).toFixed(1)} % of ${count}`

const confusions = (evaluation: Evaluation): string =>
  evaluation.confusions
    .slice(0, CONFUSIONS_SHOWN)
    .map(({ what, count }) => `${what} (${count})`)
    .join(', ')

const inSplit = (split: Split) => fontPackages.filter((entry) => entry.split === split)

const fontNames = (split: Split): string =>
  inSplit(split)
    .map((entry) => entry.package.replace('fonts-', ''))
    .join(', ')

const fontCount = (split: Split): number =>
  inSplit(split).reduce((count, entry) => count + Object.keys(entry.files).length, 0)

const fileNames = (files: Readonly<Record<string, string>>): string =>
  Object.keys(files)
    .map((path) => path.slice(path.lastIndexOf('/') + 1))
    .join(', ')
