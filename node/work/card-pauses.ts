/** The owner's switches of single cards, beside that of the miner. */
import type { Pause, PauseSwitch } from './pause-switch.ts'

export class CardPauses implements Disposable {
  readonly #make: (card: string) => PauseSwitch
  /** As many as this machine has cards: nobody names another. */
  readonly #switches = new Map<string, PauseSwitch>()

  /** @param make the switch of the card of this key */
  constructor(make: (card: string) => PauseSwitch) {
    this.#make = make
  }

  /** @param card its key */
  of(card: string): PauseSwitch {
    const known = this.#switches.get(card) ?? this.#make(card)
    this.#switches.set(card, known)
    return known
  }

  /** Those that are paused, by key. */
  paused(): ReadonlyMap<string, Pause> {
    return new Map([...this.#switches].flatMap(([card, { pause }]) => (pause === undefined ? [] : [[card, pause]])))
  }

  /** All of them. @throws MeshError where a return cannot be signed or sent now; all are back nevertheless */
  async resume(): Promise<void> {
    await Promise.all([...this.#switches.values()].map((each) => each.resume()))
  }

  [Symbol.dispose](): void {
    for (const each of this.#switches.values()) each[Symbol.dispose]()
  }
}
