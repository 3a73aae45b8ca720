/** How much memory a process holds that nobody else could have: what a limit on it has to count. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * Bytes in memory less those mapped from files, which the kernel can take back; `undefined` where the process is gone. Elsewhere
 * than on Linux mapped files count too.
 */
export async function residentBytes(pid: number): Promise<number | undefined> {
  return process.platform === 'linux' ? fromProc(pid) : fromPs(pid)
}

function fromProc(pid: number): number | undefined {
  try {
    const [, resident, shared] = readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ').map(Number)
    return (resident! - shared!) * pageBytes()
  } catch {
    return undefined
  }
}

let pageBytesFound: number | undefined

/** 4 KiB nearly everywhere, 16 or 64 on some arm64: pages counted by `statm` against kilobytes by `status`, both of this process. */
function pageBytes(): number {
  if (pageBytesFound !== undefined) return pageBytesFound
  const kilobytes = Number(/VmSize:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'latin1'))?.[1])
  const pages = Number(readFileSync('/proc/self/statm', 'latin1').split(' ')[0])
  // The two reads are not of one moment; the size is a power of two.
  pageBytesFound = 2 ** Math.round(Math.log2((kilobytes * 1_024) / pages))
  return pageBytesFound
}

function fromPs(pid: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    execFile('ps', ['-o', 'rss=', '-p', String(pid)], { timeout: 1_000 }, (error, stdout) => {
      resolve(error === null && stdout.trim() !== '' ? Number(stdout) * 1_024 : undefined)
    })
  })
}
