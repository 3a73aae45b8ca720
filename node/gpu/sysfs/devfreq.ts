/** Clocks of what scales by load: `/sys/class/devfreq/<device>`. */
import type { Machine } from '../machine.ts'
import { countIn } from '../text/numbers.ts'
import { clockMhz, share } from '../text/plausible.ts'
import { readKernelTexts } from './kernel-text.ts'

const FOLDER = '/sys/class/devfreq'

export interface Devfreq {
  readonly coreMhz: number | undefined
  readonly utilisation: number | undefined
}

/** Of the first device whose name is wanted. */
export async function readDevfreq(machine: Machine, isWanted: (name: string) => boolean): Promise<Devfreq | undefined> {
  const name = (await machine.list(FOLDER)).find(isWanted)
  if (name === undefined) return undefined
  const texts = await readKernelTexts(machine, `${FOLDER}/${name}`, ['cur_freq', 'load', 'device/load'])
  return {
    coreMhz: megahertzOf(texts.get('cur_freq')),
    utilisation: percentLoad(texts.get('load')) ?? perMille(texts.get('device/load')),
  }
}

/** Hz. */
export function megahertzOf(text: string | undefined): number | undefined {
  const hertz = countIn(text)
  return hertz === undefined ? undefined : clockMhz(hertz / 1_000_000)
}

/** Rockchip's form: `12@300000000Hz`. */
function percentLoad(text: string | undefined): number | undefined {
  const found = text === undefined ? null : /^(\d{1,3})@\d{1,12}Hz\s*$/.exec(text)
  return found === null ? undefined : share(Number(found[1]) / 100)
}

/** NVIDIA's form: of 1,000. */
function perMille(text: string | undefined): number | undefined {
  const load = countIn(text)
  return load === undefined ? undefined : share(load / 1_000)
}
