/** The cards of this machine as its profile lists them: claims that others can hold against what they see. */
import { architectureWords, matchCard } from '../../protocols/catalogue/index.ts'
import { known } from '../../protocols/kernel/known.ts'
import { type CardFacts, type CardPlatform, cardPlatforms } from '../../protocols/rules/cards/card-facts.ts'
import type { MeasuredFigures } from '../../protocols/rules/cards/measured-figures.ts'
import { classifyCard } from '../../protocols/rules/classification/classify-card.ts'
import { edgeScore } from '../../protocols/rules/classification/edge-score.ts'
import {
  GPU_MODEL_BYTES_MAX,
  GPU_PLATFORM_BYTES_MAX,
  PROFILE_GPUS_MAX,
  type ProfileGpu,
} from '../../protocols/wire/profile/profile-body.ts'
import { within } from '../gpu/text/plausible.ts'

/** What was measured of a card, where it was. */
export type MeasuredOf = (facts: CardFacts) => MeasuredFigures | undefined

/** Those at their places, the processor last. A card that exists in this program only is no claim to make to others. */
export const listedCards = (cards: readonly CardFacts[]): readonly CardFacts[] =>
  cards.filter(({ simulated }) => simulated !== true).slice(0, PROFILE_GPUS_MAX)

export const profileCards = (cards: readonly CardFacts[], measuredOf: MeasuredOf): readonly ProfileGpu[] =>
  listedCards(cards).map((facts) => profileCard(facts, measuredOf(facts)))

function profileCard(facts: CardFacts, measured: MeasuredFigures | undefined): ProfileGpu {
  const match = matchCard(facts)
  const profile = classifyCard({ facts, match, ...(measured === undefined ? {} : { measured }) })
  const { score } = edgeScore(profile)
  return known<ProfileGpu>({
    model: asciiOf(facts.name, GPU_MODEL_BYTES_MAX),
    platform: asciiOf(platformText(facts), GPU_PLATFORM_BYTES_MAX),
    memoryBytes: facts.memoryBytes,
    catalogueId: match.kind === 'row' ? match.row.id : undefined,
    architecture: profile.architecture === undefined ? undefined : architectureWords[profile.architecture],
    fp32Gflops: whole(measured?.fp32Gflops),
    fp16Gflops: whole(measured?.fp16Gflops),
    int8Gops: whole(measured?.int8Gops),
    memoryMBps: whole(measured?.memoryMBps),
    // Of the card at rest: how warm it is at work is another matter every minute.
    edgeScore: score === undefined ? undefined : within(Math.round(score * 100), 0, 100),
  })
}

/** Word of the capability key, where the machine tells the generation. */
export function architectureWordOf(facts: CardFacts): string | undefined {
  const { architecture } = classifyCard({ facts, match: matchCard(facts) })
  return architecture === undefined ? undefined : architectureWords[architecture]
}

/** What drives it best: the maker's own before what all have. */
function platformText({ platforms }: CardFacts): string | undefined {
  const best = cardPlatforms.find((platform: CardPlatform) => platforms[platform] !== undefined)
  if (best === undefined) return undefined
  const version = platforms[best]
  return version === true ? best : `${best} ${version}`
}

/** `Intel(R) Arc(TM)` stays, `®` goes: a profile holds printable ASCII. */
function asciiOf(text: string | undefined, charsMax: number): string | undefined {
  const ascii = text
    ?.replace(/[^ -~]+/g, ' ')
    .replace(/ +/g, ' ')
    .trim()
    .slice(0, charsMax)
    .trim()
  return ascii === '' ? undefined : ascii
}

/** A figure below one whole unit is none that a reader could use. */
const whole = (figure: number | undefined): number | undefined =>
  figure === undefined ? undefined : within(Math.round(figure), 1, Number.MAX_SAFE_INTEGER)
