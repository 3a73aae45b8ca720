/** How a passphrase is given on the command line; passphrase.ts reads it. */
import { flag, option } from '../frame/command.ts'

export const passphraseOptions = {
  passphraseFile: option({
    value: 'file',
    about: 'Its first line is the passphrase. Asked for on a terminal where it is not given.',
    offers: 'files',
  }),
}

export const noPassphrase = flag('Not encrypted: whoever reads the file has the keys.')
