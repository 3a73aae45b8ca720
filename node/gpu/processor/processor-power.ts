/** What the processor draws, by its counter of energy (RAPL), which most systems let only their administrator read. */
import type { Machine } from '../machine.ts'
import { countIn } from '../text/numbers.ts'
import { powerW } from '../text/plausible.ts'

const ROOT = '/sys/class/powercap'
/** Shorter than this the counter's own steps, of a millisecond, show. */
const SPAN_MS_MIN = 100
/** After more than a minute the counter may have gone round more than once. */
const SPAN_MS_MAX = 60_000
/** Sockets of one board. */
const PACKAGES_MAX = 8

interface Package {
  readonly path: string
  readonly microjoules: number
  readonly microjoulesMax: number
}

export class PowerMeter {
  readonly #machine: Machine
  #before: { readonly packages: readonly Package[]; readonly atMs: number } | undefined
  #powerW: number | undefined

  constructor(machine: Machine) {
    this.#machine = machine
  }

  /** Mean since the look before; `undefined` at the first, and where the counter cannot be read. */
  async read(): Promise<number | undefined> {
    const { platform, clock } = this.#machine
    if (platform !== 'linux') return undefined
    const before = this.#before
    if (before !== undefined && clock.monotonicMs() - before.atMs < SPAN_MS_MIN) return this.#powerW
    const packages = await this.#packages()
    const atMs = clock.monotonicMs()
    this.#before = { packages, atMs }
    this.#powerW = before === undefined ? undefined : powerBetween(before.packages, packages, atMs - before.atMs)
    return this.#powerW
  }

  async #packages(): Promise<readonly Package[]> {
    const names = (await this.#machine.list(ROOT)).filter((name) => /^intel-rapl:\d+$/.test(name))
    const found = await Promise.all(names.slice(0, PACKAGES_MAX).map((name) => this.#packageAt(`${ROOT}/${name}`)))
    return found.filter((one) => one !== undefined)
  }

  async #packageAt(path: string): Promise<Package | undefined> {
    // `psys` is the whole board, of which the package is a part.
    if (!/^package-\d+$/.test((await this.#machine.readText(`${path}/name`))?.trim() ?? '')) return undefined
    const microjoules = countIn(await this.#machine.readText(`${path}/energy_uj`))
    const microjoulesMax = countIn(await this.#machine.readText(`${path}/max_energy_range_uj`))
    return microjoules === undefined || microjoulesMax === undefined ? undefined : { path, microjoules, microjoulesMax }
  }
}

function powerBetween(before: readonly Package[], now: readonly Package[], spanMs: number): number | undefined {
  if (spanMs > SPAN_MS_MAX || now.length === 0 || before.length !== now.length) return undefined
  let microjoules = 0
  for (const [index, one] of now.entries()) {
    const same = before[index]!
    if (same.path !== one.path) return undefined
    const used = one.microjoules - same.microjoules
    microjoules += used < 0 ? used + one.microjoulesMax : used
  }
  return powerW(Math.round(microjoules / spanMs / 10) / 100)
}
