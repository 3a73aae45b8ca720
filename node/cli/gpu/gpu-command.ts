import { type Command, defineCommand, flag } from '../frame/command.ts'
import { catalogueCommand } from './catalogue-command.ts'
import { findCommand } from './find-command.ts'
import { measureCommand } from './measure-command.ts'

export const gpuCommand: Command = defineCommand({
  name: 'gpu',
  group: 'earn',
  summary:
    'show the cards of this machine and what they are doing, measure them, look up a model, or find those of others',
  about:
    'Asks the running node; without one it asks the machine itself, every tool and interface by which cards are seen. The processor stands ' +
    'last: models run on it where no card takes them. A dash is what the machine does not tell. With --json: {"via", "cards", "backends", "power"}. ' +
    'A card: {"key", "seenBy", "vendor", "name", "pci", "busAddress", "uuid", "form", "memoryBytes", "sharesMemory", "cores", "driver", ' +
    '"platforms", "computeCapability", "gfx", "limits", "slices", "simulated", "isGone", "model": {"rows", "architecture", "why"} of the catalogue, "reading", ' +
    '"profile", "edge", "isMobile", "advice", "care"}; what is not known is left out. A reading: ' +
    '{"ageMs", "temperaturesC": {"edge", "hotspot", "memory"}, "marginC", "powerW", "powerLimitW", "coreMhz", "memoryMhz", "utilisation", ' +
    '"memoryUsedBytes", "memoryFreeBytes", "fan", "throttled", "processes": [{"pid", "program", "memoryBytes"}]}; shares are 0 to 1. ' +
    '"profile" is the card classified: {"model", "vendor", "architecture", "form", "rows", "matchedBy", "consumerGrade", "edgeOptimised", ' +
    '"figures": {"fp32Tflops", "fp16Tflops", "int8Tops", "tdpW", "memoryGiB", "bandwidthGBps"}, each {"value", "origin", "publishedValue"}, ' +
    '"platforms", "sharesMemory", "supportsEdgeInference", "supportsQuantisedModels", "supportsMobileDeployment", "ways", "simulated"}. ' +
    '"edge" is how well it serves where people are: {"score" 0 to 1, "confidence", "terms": [{"term", "weight", "value", "confidence", "why"}]}. ' +
    '"advice" is the precision for models of the usual sizes: [{"model", "weights", "kind": take or none, "precision", "reason", "memoryBytes", ' +
    '"rejected": [{"precision", "why"}]}]. ' +
    '"care" of a card of a running miner: {"runsModels", "admits", "loadShare", "stopsRunning", "holds": as in aitbc status}. ' +
    '"power" of a miner with a budget (powerMax): {"budgetW", "drawnW", "cards": [{"key", "shareW", "limitW" set by the node, "loadShare", 0 being off, ' +
    '"drawnW" where it tells, "why"}]}. ' +
    '"backends": [{"backend", "state", "cards", "why", "tookMs"}], "state" being seen, absent or failed. With --watch one such result after the ' +
    'other, every two seconds, until Ctrl-C.',
  examples: [
    { line: 'aitbc gpu', about: 'cards, and what they are doing now' },
    { line: 'aitbc gpu --watch', about: 'until Ctrl-C' },
    { line: 'aitbc gpu --why', about: 'where each figure is from, what the score is made of, who looked for cards' },
    { line: 'aitbc gpu --json | jq ".cards[].reading.temperaturesC.edge"', about: 'for a script' },
    { line: 'aitbc gpu measure', about: 'what the engine that runs jobs gets out of it' },
    { line: 'aitbc gpu find characters --latency-max 50ms', about: 'whose GPUs are near enough' },
    { line: 'aitbc gpu catalogue rtx 40 laptop', about: 'published figures, with their sources' },
  ],
  options: {
    watch: flag('Goes on until Ctrl-C.'),
    why: flag('Shows how each card is scored and advised, and what each back end found, or why not.'),
  },
  commands: [catalogueCommand, findCommand, measureCommand],
  async run(context) {
    const { showCards } = await import('./show-cards.ts')
    return showCards(context)
  },
})
