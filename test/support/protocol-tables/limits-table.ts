/** The column of figures in a README's table of limits: what is limited, and why, its author writes; how far, the code says. */
import type { CallLimits, Protocol } from '../../../protocols/kernel/protocol.ts'
import type { RecordSpace } from '../../../protocols/kernel/record-space.ts'
import type { Topic } from '../../../protocols/kernel/topic.ts'
import { PAYLOAD_BYTES_MAX } from '../../../protocols/wire/session/frames.ts'
import { bytes, count, duration } from './figures.ts'
import { cellsOf, tableOf } from './markdown-table.ts'
import type { StatedProtocol } from './stated-protocols.ts'

/** @throws where a row has no figure, or a figure no row */
export function withLimits(table: string, of: StatedProtocol): string {
  const figures = figuresOf(of)
  const [heads, ...rows] = cellsOf(table)
  if (heads === undefined) throw new Error('there is no table of limits')
  const left = new Set(Object.keys(figures))
  const made = rows.map(([what = '', limit = '', why = '']) => {
    left.delete(what)
    const figure = figures[what]
    // A row of words alone is its author's.
    if (figure === undefined && /\d/.test(limit)) throw new Error(`the code knows no figure for the limit "${what}"`)
    if (why === '') throw new Error(`the limit "${what}" has no reason`)
    return [what, figure ?? limit, why]
  })
  if (left.size > 0) throw new Error(`the table of limits lacks: ${[...left].join(', ')}`)
  return tableOf([heads, ...made])
}

const figuresOf = ({ protocol, topic, space, limits }: StatedProtocol): Readonly<Record<string, string>> => ({
  ...(topic === undefined ? {} : ofTopic(topic)),
  ...(space === undefined ? {} : ofSpace(space)),
  ...limits,
  ...(protocol === undefined ? {} : ofProtocol(protocol)),
})

const ofTopic = ({ bytesMax, perAuthorPerMinuteMax }: Topic<unknown>): Record<string, string> => ({
  'gossiped message': bytes(bytesMax),
  'messages of an author': `${perAuthorPerMinuteMax} a minute on each topic`,
})

const ofSpace = ({ bytesMax }: RecordSpace<never>): Record<string, string> => ({ record: bytes(bytesMax) })

const ofProtocol = ({ limits, timeouts, request, response }: Protocol<never, never>): Record<string, string> => ({
  'calls of a peer': `${limits.inFlightPerPeerMax} at once, ${count(limits.callsPerSecondMax)} a second`,
  'messages of a call': messagesOf(limits),
  // A message is one frame, however much a codec could hold.
  message: [request, response]
    .map(({ bytesMax }, i) => `${bytes(Math.min(bytesMax, PAYLOAD_BYTES_MAX))} ${i === 0 ? 'up' : 'down'}`)
    .join(', '),
  silence: `${duration(timeouts.firstResponseMs)} before the first answer, ${duration(timeouts.betweenMs)} between two`,
})

const messagesOf = ({ requestsMax, responsesMax }: CallLimits): string =>
  requestsMax === Number.MAX_SAFE_INTEGER && responsesMax === Number.MAX_SAFE_INTEGER
    ? 'any number'
    : `${count(requestsMax)} up, ${count(responsesMax)} down`
