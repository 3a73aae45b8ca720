/** `amd-smi metric`, one card. */
import { known } from '../../../protocols/kernel/known.ts'
import type {
  CardProcess,
  CardReading,
  HeatSensor,
  ThrottleReason,
} from '../../../protocols/rules/cards/card-reading.ts'
import { at, firstOf, isObject, type Json } from '../text/json-within.ts'
import { clockMhz, limitW, memoryUsedBytes, powerW, shareOfPercent, temperatureC } from '../text/plausible.ts'
import { wordsIn } from '../text/words.ts'
import type { CardTree } from './amd-smi-tree.ts'
import { amount, quantity } from './quantities.ts'

export function amdSmiReading(atMs: number, { values }: CardTree): CardReading {
  const memory = (name: string) => memoryUsedBytes(amount(at(values, 'mem_usage', name)))
  const clock = (...names: readonly string[]) =>
    clockMhz(
      firstOf(
        quantity,
        ...names.flatMap((name) => [at(values, 'clock', name, 'clk'), at(values, 'clock', name, 'cur_clk')]),
      ),
    )
  return known<CardReading>({
    atMs,
    temperaturesC: temperaturesOf(at(values, 'temperature')),
    powerW: powerW(
      firstOf(
        quantity,
        ...['socket_power', 'current_socket_power', 'average_socket_power'].map((name) => at(values, 'power', name)),
      ),
    ),
    powerLimitW: limitW(
      firstOf(quantity, at(values, 'power', 'power_limit'), at(values, 'power', 'current_power_limit')),
    ),
    coreMhz: clock('gfx_0', 'gfx'),
    memoryMhz: clock('mem_0', 'mem'),
    utilisation: shareOfPercent(
      firstOf(quantity, at(values, 'usage', 'gfx_activity'), at(values, 'usage', 'gfx_usage')),
    ),
    memoryUsedBytes: memory('used_vram'),
    memoryFreeBytes: memory('free_vram'),
    fan: shareOfPercent(quantity(at(values, 'fan', 'usage'))),
    throttled: throttledOf(values),
  })
}

/** What the power limit in force is, as `amd-smi static` says it. */
export const powerLimitIn = ({ values }: CardTree): number | undefined =>
  limitW(firstOf(quantity, at(values, 'limit', 'socket_power'), at(values, 'limit', 'current_power')))

const sensors: readonly (readonly [HeatSensor, string])[] = [
  ['edge', 'edge'],
  ['hotspot', 'hotspot'],
  ['memory', 'mem'],
]

const temperaturesOf = (all: Json | undefined): CardReading['temperaturesC'] =>
  Object.fromEntries(
    sensors.flatMap(([sensor, name]) => {
      const celsius = temperatureC(quantity(at(all, name)))
      return celsius === undefined ? [] : [[sensor, celsius] as const]
    }),
  )

/** As the driver's counters are called, and what holds the card back then. */
const violations: readonly (readonly [string, ThrottleReason])[] = [
  ['socket_thermal', 'heat'],
  ['vr_thermal', 'heat'],
  ['hbm_thermal', 'heat'],
  ['ppt', 'power'],
  ['prochot', 'hardware'],
]

/** Accelerators say why; older cards say whether only. */
function throttledOf(values: Json): readonly ThrottleReason[] | undefined {
  const states = violations.map(
    ([name, reason]) => [wordsIn(at(values, 'throttle', `${name}_violation_status`)), reason] as const,
  )
  if (states.some(([state]) => state !== undefined))
    return [...new Set(states.filter(([state]) => state === 'ACTIVE').map(([, reason]) => reason))]
  const state = wordsIn(at(values, 'power', 'throttle_status'))
  if (state === 'UNTHROTTLED') return []
  return state === 'THROTTLED' ? ['other'] : undefined
}

/** More than this on one card is a table that somebody fills. */
const PROCESSES_MAX = 256
/** Linux goes to 2^22. */
const PID_MAX = 2 ** 31

/** `amd-smi process`, one card. Names of other users' programs are `N/A` unless root asks. */
export function amdSmiProcesses({ values }: CardTree): readonly CardProcess[] | undefined {
  const list = at(values, 'process_list')
  const entries: readonly Json[] = Array.isArray(list) ? list : [values]
  const processes = entries.slice(0, PROCESSES_MAX).flatMap((entry): readonly CardProcess[] => {
    const info = at(entry, 'process_info')
    const pid = quantity(at(info, 'pid'))
    if (!isObject(info) || pid === undefined || !Number.isSafeInteger(pid) || pid < 1 || pid > PID_MAX) return []
    const bytes = firstOf(amount, at(info, 'memory_usage', 'vram_mem'), at(info, 'mem_usage'))
    return [
      known<CardProcess>({
        pid,
        program: wordsIn(info.name)?.split(/[/\\]/).at(-1),
        memoryBytes: memoryUsedBytes(bytes),
      }),
    ]
  })
  return Array.isArray(list) || processes.length > 0 ? processes : undefined
}
