import { expect, test } from 'vitest'
import { Output } from '../../../node/cli/frame/output.ts'
import { startLiveView } from '../../../node/cli/screen/live-view.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

function watch(animate: boolean) {
  const clock = new ManualClock()
  const drawn: (readonly string[])[] = []
  const said: string[] = []
  let state = 'idle'
  const view = startLiveView({
    clock,
    animate,
    view: () => [`${clock.monotonicMs()} ms`, state],
    line: () => state,
    draw: (lines) => drawn.push(lines),
    say: (line) => said.push(line),
  })
  const become = (next: string): void => {
    state = next
  }
  return { clock, drawn, said, view, become }
}

test('a view on a terminal is drawn at once and twice a second, and goes away', () => {
  const { clock, drawn, said, view } = watch(true)
  expect(drawn).toEqual([['0 ms', 'idle']])
  clock.advance(10_000)
  expect(drawn).toHaveLength(21)
  view[Symbol.dispose]()
  expect(drawn.at(-1)).toEqual([])
  expect(clock.pending).toBe(0)
  expect(said).toEqual([])
})

test('a view elsewhere is a line when it has changed, at most one in ten seconds', () => {
  const { clock, drawn, said, view, become } = watch(false)
  expect(said).toEqual(['idle'])
  clock.advance(60_000)
  expect(said).toEqual(['idle'])
  for (let i = 0; i < 200; i++) {
    become(`job ${i}`)
    clock.advance(100)
  }
  expect(said).toEqual(['idle', 'job 99', 'job 199'])
  view[Symbol.dispose]()
  become('gone')
  clock.advance(60_000)
  expect(said).toHaveLength(3)
  expect(drawn).toEqual([])
})

/** A terminal that knows the few commands that output uses, to see what is on it in the end. */
class Screen {
  readonly isTTY = true
  readonly columns: number
  readonly rows: number
  #lines = ['']
  #row = 0
  #column = 0

  constructor(columns = 20, rows = 10) {
    this.columns = columns
    this.rows = rows
  }

  write(text: string | Uint8Array, done: () => void): boolean {
    for (const [part] of String(text).matchAll(/\p{Cc}\[\d*[A-Za-z]|[\s\S]/gu)) this.#take(part)
    done()
    return true
  }

  get text(): string {
    return this.#lines.map((line) => line.trimEnd()).join('\n')
  }

  #take(part: string): void {
    if (part === '\r') this.#column = 0
    else if (part === '\n') this.#down()
    else if (part.endsWith('A') && part.startsWith('\u001b')) this.#row -= Number(part.slice(2, -1))
    else if (part === '\u001b[J') {
      this.#lines.length = this.#row + 1
      this.#lines[this.#row] = this.#lines[this.#row]!.slice(0, this.#column)
    } else if (!part.startsWith('\u001b')) {
      const line = this.#lines[this.#row]!.padEnd(this.#column)
      this.#lines[this.#row] = line.slice(0, this.#column) + part + line.slice(++this.#column)
    }
  }

  #down(): void {
    this.#column = 0
    this.#row++
    this.#lines[this.#row] ??= ''
  }
}

function terminal(screen: Screen, clock = new ManualClock()): Output {
  return new Output({ stdout: screen, stderr: screen, env: {}, clock, json: false, onReaderGone: () => undefined })
}

test('what is said or printed while a view is drawn stands above it, and the view stays whole', async () => {
  const clock = new ManualClock()
  const screen = new Screen()
  const out = terminal(screen, clock)
  let count = 0
  {
    using view = out.live(
      () => [`count ${count}`, 'miner 1', 'a line that is far too long for this screen'],
      () => '',
    )
    void view
    out.say('hello')
    count = 7
    clock.advance(500)
    expect(screen.text).toBe('hello\ncount 7\nminer 1\na line that is far…')
    await out.print({}, () => 'result')
    clock.advance(500)
    expect(screen.text).toBe('hello\nresult\ncount 7\nminer 1\na line that is far…')
  }
  expect(screen.text).toBe('hello\nresult\n')
})

test('a view that is taller than the screen is cut, as the cursor could not go back over it', () => {
  const screen = new Screen(20, 4)
  using view = terminal(screen).live(
    () => ['1', '2', '3', '4', '5'],
    () => '',
  )
  void view
  expect(screen.text).toBe('1\n2\n3')
})
