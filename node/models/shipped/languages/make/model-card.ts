/** MODEL_CARD.md: the prose, and the figures of the run that made the file. */
import type { TextModelManifest } from '../../manifest.ts'
import { TEXT_BYTES_MAX } from '../../preprocess-text.ts'
import { type Evaluation, type Evaluations, passageLengths, type Score } from './evaluate.ts'
import { languages } from './languages.ts'
import { textPackages } from './sources.ts'

export interface Figures {
  readonly tune: Evaluations
  readonly test: Evaluations
  readonly other: Evaluations
}

export interface Recipe {
  readonly seed: number
  readonly epochs: number
  readonly passages: number
  readonly trainingTexts: number
}

const CONFUSIONS_SHOWN = 12

export function modelCard(manifest: TextModelManifest, recipe: Recipe, figures: Figures): string {
  const { groupLengthMin, groupLengthMax, buckets } = manifest.preprocess
  return `<!-- Written by make/make.ts; what is changed here by hand is lost the next time. -->

# ${manifest.title}

Answers which of ${languages.length} languages a text is written in. It comes with AITBC Mesh so that a person can type a sentence
and check the answer.

| | |
|---|---|
| File | \`${manifest.file}\`, ${manifest.byteLength} bytes, ONNX operator set 13 |
| SHA-256 | \`${manifest.sha256}\` |
| Licence | ${manifest.licence}, as the rest of this repository |
| Input | \`${manifest.preprocess.input}\`, float32 [batch, ${buckets}]: how often which letter groups occur |
| Output | \`probabilities\`, float32 [batch, ${languages.length}]; the rows of a batch do not influence each other |
| Labels | \`${manifest.labels}\`: what each column stands for |
| Layers | one linear layer, softmax |

## What it tells apart

${languages.map(({ name, code }) => `${name} (\`${code}\`)`).join(', ')}. Spanish and Portuguese are those of Europe and of
America together, Chinese is in simplified and traditional characters; Serbian is learnt in Cyrillic only.

## How a text becomes the input

\`textToInput\` (\`node/models/shipped/preprocess-text.ts\`) does this, on the client's side; training goes through the same code
(\`text-features.ts\`). Step by step:

1. The text is normalised to NFC and turned to lower case, by Unicode's rules without those of a country.
2. A word is a letter with the letters and marks that follow it. Digits, punctuation, emoji and spaces part words and are dropped.
3. A space is put before and after each word. All groups of ${groupLengthMin} to ${groupLengthMax} neighbouring code points inside that
   are counted, the lone space left out.
4. The bucket of a group is its FNV-1a hash (32 bits: offset 2166136261, prime 16777619, over the UTF-8 bytes), the upper half
   folded onto the lower one (h XOR (h >> 16)), modulo ${buckets}.
5. The value of a bucket is the square root of its share of all groups, so that the squares of a row add up to 1.

At most ${TEXT_BYTES_MAX} bytes of UTF-8 are taken; a text without a letter is refused. The miner sees the buckets, not
the text; that keeps no secret: a short text can be guessed from them.

## Intended use, and limits

For trying the mesh out, for examples and for tests. One text in one language, best a sentence or more.

It knows the ${languages.length} languages above and answers with one of them whatever it is given: another language, names, code or
noise. So a high probability is not evidence that the text is in a language it knows. It was not made
for single words, for texts in several languages, for dialects, for languages written in another script than usual (romanised
Hindi, Serbian in Latin letters), or for decisions about people: the language of a text does not tell where its writer comes from.

It learnt from messages of a program and from names of emoji. Everyday words that occur in neither are known to it by their letter
groups alone. The sources are what programs show to everybody; none is a collection of what
people wrote.

## Accuracy

On passages that the training never saw, cut from held-out texts laid one after the other, at most ${passageLengths.join(', ')} characters
(code points) long, ending at a word where the script has spaces; up to 500 a language and length, through \`textToInput\` and ONNX
Runtime.

- *tune* and *test* are a tenth each of the texts of the learnt sources, chosen by the SHA-256 of their words. *tune* was looked at
  while the recipe was chosen; *test* was not. Both are of the kind that was learnt.
- *other source* are all texts of a package of which nothing was learnt, less those that the learnt sources have too. Its figures were
  seen, too, while the number of buckets was chosen. It is the language of programs as well: letters or news were not measured. The
  sentences in \`samples/\` are everyday language and are all answered rightly, but are too few for a figure.

| Texts | ${passageLengths.map((length) => `${length} characters`).join(' | ')} |
|---|${passageLengths.map(() => '---').join('|')}|
${evaluationRow('tune', figures.tune)}
${evaluationRow('test', figures.test)}
${evaluationRow('other source', figures.other)}

Most frequent mistakes on the other source, written in -> answered:

${passageLengths.map((length) => `- ${length} characters: ${confusions(figures.other[length])}`).join('\n')}

Indonesian and Malay, Danish and Norwegian, Croatian and Slovenian, Czech and Slovak, Spanish, Portuguese and Catalan share many
words and letter groups; a short text may be right in both.

Per language, share right on test / other source:

| Language | ${passageLengths.map((length) => `${length} characters`).join(' | ')} |
|---|${passageLengths.map(() => '---').join('|')}|
${languages.map(({ name, code }, column) => languageRow(`${name} (${code})`, column, figures)).join('\n')}

## How it was made, and how to make it again

\`\`\`
node node/models/shipped/languages/make/make.ts
\`\`\`

This fetches the packages below from Debian 12 (\`apt-get download\`, nothing is installed), takes out their texts, drops markup, what was
left untranslated, and what is said twice, and learns from ${recipe.trainingTexts} texts: softmax regression by AdaGrad over
${recipe.epochs} rounds of ${recipe.passages} passages a language, each joined from texts drawn at random and cut to 8 to 200
characters (seed ${recipe.seed}). Then it writes the model, its manifest and this card, in about five minutes on one core. It needs Node 24, the
packages of this repository and the package lists; every file is pinned by its digest in \`make/packages.json\`. Given a folder it
writes there instead. The sentences in \`samples/\` were written for this repository and are in none of the sources.

## Sources

No text of these packages is contained in the model or this repository.

| Package | Version | Files | Copyright | Licence | Used for |
|---|---|---|---|---|---|
${textPackages
  .map(
    (entry) =>
      `| ${entry.package} | ${entry.version} | ${Object.keys(entry.files).length}: ${entry.texts} | ${entry.copyright} | ${entry.licence} | ${entry.use} |`,
  )
  .join('\n')}

The licences are those that the package's copyright file states for these files: in libqt6webengine6-data for
\`src/3rdparty/chromium/*\`, from where its messages come, in the other two for all files but their named exceptions.
`
}

const percentOf = ({ right, count }: Score, decimals: number): string => ((100 * right) / count).toFixed(decimals)

const evaluationRow = (name: string, evaluations: Evaluations): string =>
  `| ${name} | ${passageLengths
    .map((length) => `${percentOf(evaluations[length].total, 2)} % of ${evaluations[length].total.count}`)
    .join(' | ')} |`

const languageRow = (name: string, column: number, { test, other }: Figures): string =>
  `| ${name} | ${passageLengths
    .map(
      (length) =>
        `${percentOf(test[length].perLanguage[column]!, 1)} / ${percentOf(other[length].perLanguage[column]!, 1)}`,
    )
    .join(' | ')} |`

const confusions = (evaluation: Evaluation): string =>
  evaluation.confusions
    .slice(0, CONFUSIONS_SHOWN)
    .map(({ what, count }) => `${what} (${count})`)
    .join(', ')
