/** All benchmarks, in the order of docs/benchmarks.md. */

export interface Benchmark {
  /** Of the file in test/bench. */
  readonly name: string
  /** What it is about, for the page. */
  readonly about: string
  /** What one has to know to read its figures. */
  readonly note?: string
  /** About how long it takes on two cores. */
  readonly minutes: number
  readonly args?: readonly string[]
  readonly nodeFlags?: readonly string[]
}

export const benchmarks: readonly Benchmark[] = [
  {
    name: 'job-overhead',
    minutes: 2,
    about:
      'What a job through the mesh costs above the same engine behind a plain node:http server; all evidence and payment is on.',
  },
  { name: 'money', minutes: 2, about: 'What money costs: vouchers, redemption, gas, and a job with money on a chain.' },
  {
    name: 'shared-runs',
    note: 'A run of 0.1 ms is mostly copying and the way to the process of the engine.',
    minutes: 3,
    about: 'What it brings that waiting jobs of several clients share a run.',
  },
  {
    name: 'gateway',
    note: 'A small request is one job and one call over HTTP; client, miner, engine and the program that asks share what the bare server has alone. In bytes a MiB is hashed on both sides, encrypted, and copied through a child process twice. As JSON most of the time goes to reading and writing numbers: whole ones keep all their digits, floats are the shortest of their own type.',
    minutes: 3,
    about: 'What the gateway costs a program that asks in the Open Inference Protocol, with a model that only copies.',
  },
  {
    name: 'engine',
    minutes: 1,
    about: 'What an engine child costs per run, above the runtime called in this process.',
  },
  { name: 'bulk', minutes: 2, about: 'A large tensor through a job.' },
  {
    name: 'transfer',
    note: 'All is bound by the processor here, so more peers on one machine bring nothing. Most goes to memory that is made anew for each frame on its way through encryption and frames, and to encryption; SHA-256 is 0.6 ms a MiB, once for the chunk and once for the whole.',
    minutes: 4,
    about: 'A model from several peers.',
  },
  {
    name: 'stream',
    minutes: 2,
    about: 'What a call costs on the wire, between two processes over TCP, noise and yamux.',
  },
  { name: 'handshake', minutes: 1, about: 'What a new connection costs.' },
  {
    name: 'start',
    minutes: 2,
    about: 'From the start of a process to its first answered job, with a fresh data folder and again.',
  },
  {
    name: 'footprint',
    minutes: 4,
    about: 'What the mesh takes of a machine: time to be up, memory as proportional set size of all processes, disk.',
  },
  {
    name: 'discovery',
    minutes: 4,
    about: 'How long a light peer that knows one bootstrap peer takes to its first firm offer.',
  },
  {
    name: 'directory',
    minutes: 2,
    about: 'What a directory costs; the one that is asked runs in a process of its own.',
  },
  {
    name: 'live-directory',
    note: 'Each offer comes from every neighbour on the topic and goes to every one. To renew an unchanged offer by sixteen bytes instead of by itself would be the next step.',
    minutes: 3,
    about:
      'What it costs a full node to hear the offers of its region and class live; its neighbours are all connected to each other, so each offer comes from every one.',
  },
  {
    name: 'routing-index',
    minutes: 3,
    about:
      'Finding the best of very many offers for one request; all ways name the same offers, or the run fails. Cities, prices and scores are drawn.',
    nodeFlags: ['--expose-gc'],
  },
  {
    name: 'routing-share',
    note: 'Part of the jobs are of clients that no miner is near enough to: the policies ask nobody then, the other ways do in vain. All see loads of up to 30 s ago.',
    minutes: 3,
    about:
      'Who keeps a latency budget: policies against random, nearest and cheapest routing over the same jobs. Offers tell a load of up to 30 s ago.',
  },
  { name: 'choice', minutes: 1, about: 'What choosing a miner costs a job whose client knows many.' },
  { name: 'venue', minutes: 1, about: 'What the choice between edge and cloud adds to a job at the edge.' },
  {
    name: 'coordinates',
    minutes: 1,
    about: 'What network coordinates are worth, over round trips measured between machines of PlanetLab.',
  },
  { name: 'pricing', minutes: 1, about: 'What prices cost to make; facts are drawn.' },
  { name: 'quality', minutes: 2, about: 'What scores cost.' },
  {
    name: 'audits',
    minutes: 3,
    about: 'What audits cost, and how soon they find out a miner that always lies, in virtual time.',
  },
  { name: 'probe', minutes: 2, about: 'What a probe costs who checks it, and what probes find out.' },
  { name: 'scheduling', minutes: 1, about: 'What the rules of scheduling cost and how good they are.' },
  {
    name: 'power-assignment',
    note: 'Curves are drawn, for none of real cards are at hand; the row of known curves says what can be had at most.',
    minutes: 1,
    about: 'What a power budget brings over several cards; how each computes under a limit is drawn.',
  },
  {
    name: 'power-watch',
    note: 'A simulated sensor tells the power of the moment, as older cards do.',
    minutes: 2,
    about: "What the node's own watch makes of a power budget, on simulated cards in virtual time.",
  },
  { name: 'heat', minutes: 1, about: 'The heat table against a naive switch, on a simulated card in virtual time.' },
  { name: 'card-detection', minutes: 1, about: 'What looking for cards takes, and what a tool that hangs adds to it.' },
  { name: 'card-matching', minutes: 1, about: 'How often a card is recognised from what its tools say.' },
  { name: 'statements', minutes: 2, about: 'What statements cost; ratios are of the time.' },
  {
    name: 'journal',
    minutes: 1,
    about: "Durable appends a second: the store's group commit against one transaction for each.",
  },
]
