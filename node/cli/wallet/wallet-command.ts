import type { OpenMoneyDesk } from '../../chain/money-desk.ts'
import { type Command, defineCommand } from '../frame/command.ts'
import { moneySettings } from '../money/money-access.ts'
import { walletCertifyCommand } from './wallet-certify.ts'
import { walletExportCommand } from './wallet-export.ts'
import { walletImportCommand } from './wallet-import.ts'
import { LIST_ABOUT, listOptions, listWith, walletListCommand } from './wallet-list.ts'
import { walletNewCommand } from './wallet-new.ts'
import { walletRegisterCommand } from './wallet-register.ts'
import { walletPassphraseCommand, walletSealCommand, walletUnsealCommand } from './wallet-seal.ts'

export const walletCommand = (open: OpenMoneyDesk): Command =>
  defineCommand({
    name: 'wallet',
    group: 'money',
    summary: 'show, make, bring in and seal the keys of this node',
    about: LIST_ABOUT,
    examples: [
      { line: 'aitbc wallet', about: 'the keys and their addresses' },
      { line: 'aitbc wallet new owner', about: 'for stake and earnings, under a passphrase' },
      { line: 'aitbc wallet seal', about: 'put owner and payer under a passphrase' },
    ],
    options: listOptions,
    settings: moneySettings,
    commands: [
      walletListCommand(open),
      walletNewCommand,
      walletImportCommand,
      walletExportCommand,
      walletSealCommand,
      walletUnsealCommand,
      walletPassphraseCommand,
      walletCertifyCommand,
      walletRegisterCommand(open),
    ],
    run: listWith(open),
  })
