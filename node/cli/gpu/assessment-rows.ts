/** What the classifier says of a card, in two lines. */
import type { CardAssessment, ModelAdvice } from '../../../protocols/rules/classification/assess-card.ts'
import { shareText, UNKNOWN } from '../screen/numbers.ts'

type Row = readonly [name: string, value: string]

export const MODEL_WORDS: Readonly<Record<ModelAdvice['model'], string>> = {
  network: 'networks',
  transformer: 'transformers',
  language: 'language models',
}

/** Score and advice as they stand among the other lines of a card. */
export const assessmentRows = ({ edge, advice }: Pick<CardAssessment, 'edge' | 'advice'>): readonly Row[] => [
  ['edge score', scoreText(edge)],
  ['best run as', adviceText(advice)],
]

export const scoreText = ({ score, confidence }: CardAssessment['edge']): string =>
  score === undefined ? UNKNOWN : `${score.toFixed(2)} of 1, ${shareText(confidence)} sure`

/** `fp16 for networks and transformers, 4-bit for language models`. */
function adviceText(advice: readonly ModelAdvice[]): string {
  if (advice.length === 0) return UNKNOWN
  const forms = [...new Set(advice.map(formOf))]
  return forms
    .map((form) => {
      const models = advice.filter((each) => formOf(each) === form).map(({ model }) => MODEL_WORDS[model])
      return `${form} for ${models.join(' and ')}`
    })
    .join(', ')
}

export const formOf = (advice: ModelAdvice): string => (advice.kind === 'take' ? advice.precision : 'no form')
