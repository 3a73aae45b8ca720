/** Archives of the kernel's files as prometheus/procfs keeps them: text, entry after entry. */

/** Absolute paths as the kernel has them, without `root`. */
export function readTtar(archive: string, root: string) {
  const files: Record<string, string> = {}
  const links: Record<string, string> = {}
  const under = (path: string) => path.slice(root.length)
  const lines = archive.split('\n')
  for (let i = 0; i < lines.length; i++) {
    const path = /^Path: (.+)$/.exec(lines[i]!)?.[1]
    if (path === undefined) continue
    const next = lines[i + 1] ?? ''
    const target = /^SymlinkTo: (.+)$/.exec(next)?.[1]
    if (target !== undefined) links[under(path)] = new URL(target, `file://${under(path)}`).pathname
    const count = Number(/^Lines: (\d+)$/.exec(next)?.[1] ?? 0)
    if (count > 0) files[under(path)] = `${lines.slice(i + 2, i + 2 + count).join('\n')}\n`
    i += 1 + count
  }
  return { files, links }
}
