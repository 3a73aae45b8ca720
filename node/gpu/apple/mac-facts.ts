/** What `sysctl` says of a Mac's memory: how much there is, and how much of it graphics may take. */
import { countIn } from '../text/numbers.ts'
import { memoryBytes } from '../text/plausible.ts'
import { wordsIn } from '../text/words.ts'

export interface MacFacts {
  readonly memoryBytes: number | undefined
  /** Apple's own graphics may take this much of it. */
  readonly cardMemoryBytes: number | undefined
  /** `macOS 14.5`: the driver is a part of it. */
  readonly system: string | undefined
}

/** Names of what is asked; an older system answers the first and complains about the others on stderr. */
export const sysctlNames = ['hw.memsize', 'iogpu.wired_limit_mb', 'kern.osproductversion'] as const

/**
 * What Metal recommends to work in (`recommendedMaxWorkingSetSize`) no tool prints. People measured 67 % of 8 GiB, 74 % of 16 and
 * 24 GiB, 84 % of 128 GiB; two thirds are in every one of them. An owner who set `iogpu.wired_limit_mb` decided otherwise.
 */
const RECOMMENDED_SHARE = 2 / 3

const MIB = 1_048_576

/** Lines `hw.memsize: 17179869184`. */
export function parseSysctl(text: string): MacFacts {
  const value = (name: (typeof sysctlNames)[number]): string | undefined => {
    const line = text.split('\n', LINES_MAX).find((each) => each.startsWith(`${name}: `))
    return line?.slice(name.length + 2).trim()
  }
  const total = memoryBytes(countIn(value('hw.memsize')))
  // 0 means that nobody set it.
  const limitMib = countIn(value('iogpu.wired_limit_mb')) || undefined
  const wished = limitMib === undefined ? undefined : memoryBytes(limitMib * MIB)
  const version = wordsIn(value('kern.osproductversion'))
  return {
    memoryBytes: total,
    cardMemoryBytes:
      total === undefined
        ? undefined
        : wished === undefined
          ? Math.floor(total * RECOMMENDED_SHARE)
          : Math.min(wished, total),
    system: version === undefined ? undefined : wordsIn(`macOS ${version}`),
  }
}

/** Three are asked for. */
const LINES_MAX = 16
