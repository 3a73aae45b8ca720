/** A journal in a data folder of its own, closed when the test ends. */
import { onTestFinished } from 'vitest'
import { systemClock } from '../../node/roles/system-clock.ts'
import { DataFolder, type DataFolderOptions } from '../../node/storage/data-folder.ts'
import { SigningJournal, type SigningJournalOptions } from '../../node/work/journal/signing-journal.ts'

export interface OpenJournal extends AsyncDisposable {
  readonly folder: DataFolder
  readonly journal: SigningJournal
  /** What went wrong in the background. */
  readonly failures: readonly unknown[]
}

export async function openJournal(
  path: string,
  options: { readonly folder?: Partial<DataFolderOptions>; readonly journal?: Partial<SigningJournalOptions> } = {},
): Promise<OpenJournal> {
  const folder = DataFolder.open(path, { clock: systemClock, bytes: 65_536, ...options.folder })
  const failures: unknown[] = []
  try {
    const journal = await SigningJournal.open(folder, {
      clock: systemClock,
      onFailure: (error) => failures.push(error),
      ...options.journal,
    })
    folder.markStarted()
    let closed: Promise<void> | undefined
    const close = async (): Promise<void> => {
      await journal[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    }
    const dispose = (): Promise<void> => (closed ??= close())
    onTestFinished(dispose)
    return { folder, journal, failures, [Symbol.asyncDispose]: dispose }
  } catch (error) {
    folder[Symbol.dispose]()
    throw error
  }
}
