/** All commands of `aitbc`, in the order of the help. */
import { fileURLToPath } from 'node:url'
import type { OpenMoneyDesk } from '../../node/chain/money-desk.ts'
import { completionCommand } from '../../node/cli/frame/completion-command.ts'
import { helpCommand } from '../../node/cli/frame/help-command.ts'
import type { Program } from '../../node/cli/frame/program.ts'
import { versionCommand } from '../../node/cli/frame/version-command.ts'
import { gpuCommand } from '../../node/cli/gpu/gpu-command.ts'
import { jobsCommand } from '../../node/cli/jobs/jobs-command.ts'
import { quoteCommand } from '../../node/cli/jobs/quote-command.ts'
import { reviewCommand } from '../../node/cli/jobs/review-command.ts'
import { runCommand } from '../../node/cli/jobs/run-command.ts'
import { auditsCommand } from '../../node/cli/market/audits-command.ts'
import { evidenceCommand } from '../../node/cli/market/evidence-command.ts'
import { leaseCommand } from '../../node/cli/market/lease-command.ts'
import { netCommand } from '../../node/cli/market/net-command.ts'
import { peersCommand } from '../../node/cli/market/peers-command.ts'
import { priceCommand } from '../../node/cli/market/price-command.ts'
import { scoresCommand } from '../../node/cli/market/scores-command.ts'
import { modelsCommand } from '../../node/cli/models/models-command.ts'
import { moneyCommands } from '../../node/cli/money/money-commands.ts'
import { backupCommand } from '../../node/cli/node/backup-command.ts'
import { configCommand } from '../../node/cli/node/config-command.ts'
import { doctorCommand } from '../../node/cli/node/doctor-command.ts'
import { logsCommand } from '../../node/cli/node/logs-command.ts'
import { pauseCommand, resumeCommand } from '../../node/cli/node/pause-commands.ts'
import { restoreCommand } from '../../node/cli/node/restore-command.ts'
import { scheduleCommand } from '../../node/cli/node/schedule-command.ts'
import { startCommand } from '../../node/cli/node/start-command.ts'
import { statusCommand } from '../../node/cli/node/status-command.ts'
import { stopCommand } from '../../node/cli/node/stop-command.ts'
import { setupCommand } from '../../node/cli/setup/setup-command.ts'
import { whenBare } from '../../node/cli/setup/when-bare.ts'
import { walletCommand } from '../../node/cli/wallet/wallet-command.ts'
import { demoCommand } from '../demo/demo-command.ts'
import { contractsCommand } from '../deploy/contracts-command.ts'
import { upCommand } from '../localnet/up-command.ts'
import { bootstrapCommand } from '../peer/bootstrap-command.ts'

/** Loaded by the command that needs it: the contracts' bindings are the largest part of the program. */
const openMoneyDesk: OpenMoneyDesk = async (needs) =>
  (await import('../../node/chain/open-money-desk.ts')).openMoneyDesk(needs)

export const program: Program = {
  name: 'aitbc',
  summary: "AITBC Mesh: rent out the graphics card you have, and use the ones you don't.",
  examples: [
    { line: 'aitbc up', about: 'a whole network on this machine, with a job run in it' },
    { line: 'aitbc run characters --input letter.png', about: 'what letter is on a picture' },
    { line: 'aitbc start --models characters', about: 'rent this machine out' },
    { line: 'aitbc help run', about: 'all about one command' },
  ],
  commands: [
    upCommand,
    runCommand,
    quoteCommand,
    leaseCommand,
    modelsCommand,
    jobsCommand,
    reviewCommand,
    statusCommand,
    setupCommand,
    startCommand,
    pauseCommand,
    resumeCommand,
    scheduleCommand,
    priceCommand,
    stopCommand,
    gpuCommand,
    doctorCommand,
    logsCommand,
    backupCommand,
    restoreCommand,
    walletCommand(openMoneyDesk),
    ...moneyCommands(openMoneyDesk),
    peersCommand,
    netCommand,
    contractsCommand,
    scoresCommand,
    evidenceCommand,
    auditsCommand,
    demoCommand,
    bootstrapCommand,
    configCommand,
    completionCommand,
    versionCommand,
    helpCommand,
  ],
  whenBare,
  networksFolder: fileURLToPath(new URL('../networks', import.meta.url)),
}
