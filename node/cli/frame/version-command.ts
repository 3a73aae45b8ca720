import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../../models/shipped/package-root.ts'
import { type Command, defineCommand } from './command.ts'

export const versionCommand: Command = defineCommand({
  name: 'version',
  group: 'use',
  summary: 'print the version of the program and of what it runs on',
  about: 'With --json: {"version", "node", "platform", "arch"}, all texts.',
  examples: [
    { line: 'aitbc version', about: 'for a bug report' },
    { line: 'aitbc version --json | jq -r .version', about: 'only the number' },
  ],
  async run({ out }) {
    const version = packageVersion()
    const { platform, arch } = process
    const node = process.versions.node
    await out.print({ version, node, platform, arch }, () => `aitbc ${version} (Node.js ${node}, ${platform} ${arch})`)
  },
})

/** The version of this package. */
export function packageVersion(): string {
  const manifest = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { readonly version: string }
  return manifest.version
}
