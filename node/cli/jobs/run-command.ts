import { cloudConsents } from '../../../protocols/rules/venue/choose-venue.ts'
import { argument, type Command, defineCommand, flag, option, severalOption } from '../frame/command.ts'
import { oneOf } from '../frame/usage-error.ts'
import { parseDuration } from '../screen/durations.ts'
import { latencyMaxOption, policyOption, priceMaxOption } from './budget-options.ts'
import { parseTraceparentOption } from './traceparent-option.ts'

export const runCommand: Command = defineCommand({
  name: 'run',
  group: 'use',
  summary: 'run a model on the best miner that can be found',
  about:
    'The model is the name or id of one that miners serve (aitbc models), or the path of an ONNX file that they serve too. ' +
    'An input is a text, or the path of an image, .npy, .json or text file, or - for what is piped in; name=value where the ' +
    'model takes several. The job goes through the node that runs on the data folder; without one this command joins the ' +
    'network for itself.\n' +
    'With --cloud fallback a job that no miner can run, that two have failed, or whose time runs out goes to the cloud that the settings ' +
    'name (docs/cloud.md); with allowed also one that the policy finds clearly better there. The answer says which it was.\n' +
    'With --json: {"venue": edge or cloud, "fallBack": whether the other could have taken over, "job", "model", "modelId", "attempt", "attempts", "miner", "chosen", "traceId", "price", "waitedMs", "computedMs", "roundTripMs", ' +
    '"totalMs", "notes", "answers", "outputs", "receipt", "voucher", "service", "problem", "settles", "written"}; amounts are decimal text in ' +
    'credits. "chosen": why this miner was asked: {"reason", "chance", "weighed", "fitting", "estimatedMs", "latencySource", "score", "next"}. "service", with --sla: {"verdict", "paid", "compensation", "tookMs", "met", "witnesses"}, where "verdict" is on-time, late, or ' +
    'unknown (too few witnesses, which is no penalty). "notes": how the miner says that it changed the job to run it: {"pieces"} of its rows that were computed one after the other, ' +
    '"together": jobs that shared its run, "setAside": times that it made way}; absent where it changed nothing. Of the cloud: "provider", ' +
    '"served": what it says that it ran, "why", "cloudMs" and "isCut" instead of miner, attempt, times there, receipt and voucher. Exit code 6 where the answer came and its receipt or voucher did not: "problem" says why.',
  examples: [
    { line: 'aitbc run characters --input letter.png', about: 'what letter is on the picture' },
    { line: 'aitbc run languages --input "Guten Morgen, wie geht es dir?"', about: 'what language a text is in' },
    { line: 'aitbc run characters --input letter.png --policy cost', about: 'where it is cheap, if not near' },
    { line: 'aitbc run ./model.onnx --input x=x.npy --output y.npy --price-max 0.01', about: 'any model, to a file' },
  ],
  settings: ['entryPeers', 'passphraseFile'],
  arguments: { model: argument('name, id or file of the model') },
  options: {
    input: severalOption({ value: '[name=]value', about: 'An input: a text, a file, or -.', offers: 'files' }),
    output: option({
      value: 'file',
      about: 'Writes the outputs to a .npy or .json file, or a folder.',
      offers: 'files',
    }),
    force: flag('Replaces files that are there.'),
    priceMax: priceMaxOption,
    latencyMax: latencyMaxOption,
    policy: policyOption,
    hedge: flag(
      'Asks a second miner where the first is late; the first answer counts, and both together keep the ceiling.',
    ),
    deadline: option({
      value: 'duration',
      about: 'Everything together, retries included; a minute unless given.',
      parse: parseDuration,
    }),
    cloud: option({
      value: 'never|fallback|allowed',
      about:
        'Whether the cloud of this node may run it, which shows inputs and outputs to a third party; never unless given.',
      parse: oneOf('consent to the cloud', ...cloudConsents),
      offers: () => cloudConsents,
    }),
    sensitive: flag(
      'Shows the input to nobody but the miner that runs it: no cloud gets it, and an audit asks something else in its place.',
    ),
    sla: flag(
      'Has witnesses time the job: only miners that grant terms are asked, and a late one is paid as the class that it kept to.',
    ),
    trace: flag('Begins a trace, of which miners are told.'),
    traceparent: option({
      value: 'traceparent',
      about: 'Makes the job part of a trace that there is (W3C Trace Context).',
      parse: parseTraceparentOption,
    }),
  },
  async run(context) {
    const { runAndShow } = await import('./run-job.ts')
    return runAndShow(context)
  },
})
