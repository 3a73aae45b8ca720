/**
 * Cards through Vulkan, which nearly every driver since 2016 has: the way to see those whose vendor's tool is not installed. It
 * has no sensors.
 */
import type { CardFacts } from '../../../protocols/rules/cards/card-facts.ts'
import type { BackendFinding, GpuBackend } from '../gpu-backend.ts'
import type { Machine, ToolOptions } from '../machine.ts'
import { notInstalled, toolFailure, whyOf } from '../tool-failure.ts'
import { vulkanCard } from './vulkan-card.ts'
import { type PrintedDevice, readVulkanInfo } from './vulkaninfo-text.ts'

const TOOL = 'vulkaninfo'
/** All drivers are loaded, and a laptop's card may have to wake for it, which takes a second or two. */
const SUMMARY_MS_MAX = 5_000
/** The same again, with surfaces of a desktop that may be another machine's; without it bus address and memory are unknown. */
const WHOLE_MS_MAX = 3_000
/** About 150 KB a device. */
const OUTPUT_BYTES_MAX = 8 * 2 ** 20

/** The loader's words where no driver is installed, or none runs here. */
const NO_DRIVER = /ERROR_INCOMPATIBLE_DRIVER|Found no drivers|failed to find any.*ICD/i

export class Vulkan implements GpuBackend {
  readonly name = 'vulkan'
  readonly #machine: Machine

  constructor(machine: Machine) {
    this.#machine = machine
  }

  async detect(signal?: AbortSignal): Promise<BackendFinding> {
    const options = (deadlineMs: number): ToolOptions => ({
      deadlineMs,
      outputBytesMax: OUTPUT_BYTES_MAX,
      ...(signal !== undefined && { signal }),
    })
    const short = await this.#machine.run(TOOL, ['--summary'], options(SUMMARY_MS_MAX))
    if (short.kind === 'absent') return notInstalled(TOOL)
    if (short.kind === 'killed') return toolFailure(TOOL, whyOf(short, options(SUMMARY_MS_MAX)))
    if (short.code !== 0 && NO_DRIVER.test(short.stdout + short.stderr))
      return { kind: 'absent', why: 'no Vulkan driver is installed' }
    const summary = readVulkanInfo(short.stdout)
    // Versions before 1.2.148 know no summary, and print how they are called.
    if (summary.length === 0 && short.code === 0 && /^Devices:/m.test(short.stdout)) return { kind: 'seen', cards: [] }
    const whole = await this.#machine.run(TOOL, [], options(WHOLE_MS_MAX))
    const complete = whole.kind === 'ended' ? readVulkanInfo(whole.stdout) : []
    if (complete.length + summary.length === 0) return toolFailure(TOOL, whyOf(whole, options(WHOLE_MS_MAX)))
    const devices = complete.length >= summary.length ? complete : summary
    return { kind: 'seen', cards: cardsOf(devices).map((facts) => ({ facts })) }
  }
}

/** One card a device: two drivers of one card list it twice, and so does a driver that is installed twice. */
function cardsOf(devices: readonly PrintedDevice[]): readonly CardFacts[] {
  const cards: CardFacts[] = []
  for (const device of [...devices].sort((a, b) => Number(isLayered(a)) - Number(isLayered(b)))) {
    const card = vulkanCard(device, cards.length)
    if (card !== undefined && !cards.some((other) => isSame(card, other))) cards.push(card)
  }
  return cards
}

/** A driver on top of another interface says less of a card than the card's own. */
const isLayered = ({ values }: PrintedDevice): boolean => /DOZEN/.test(values.get('driverID') ?? '')

function isSame(one: CardFacts, other: CardFacts): boolean {
  if (one.busAddress !== undefined && other.busAddress !== undefined) return one.busAddress === other.busAddress
  return one.uuid !== undefined && one.uuid === other.uuid
}
