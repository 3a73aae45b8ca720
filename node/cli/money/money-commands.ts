/** All commands that read or move money, over whatever stands behind the port. */
import type { OpenMoneyDesk } from '../../chain/money-desk.ts'
import type { Command } from '../frame/command.ts'
import { earningsCommand } from './earnings-command.ts'
import { escrowCommand } from './escrow-command.ts'
import { stakeCommand, unstakeCommand, withdrawCommand } from './stake-commands.ts'

/** In the order of the help. */
export const moneyCommands = (open: OpenMoneyDesk): readonly Command[] => [
  stakeCommand(open),
  unstakeCommand(open),
  withdrawCommand(open),
  escrowCommand(open),
  earningsCommand(open),
]
