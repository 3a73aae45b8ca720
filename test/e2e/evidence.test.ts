import { expect, test } from 'vitest'
import { evidenceOf } from '../../protocols/wire/evidence/evidence.ts'
import { openEvidence } from '../support/open-evidence.ts'
import { cli } from '../support/processes/cli-process.ts'
import { domain } from '../support/statement-vectors/cast.ts'
import { contradictionCases } from '../support/statement-vectors/contradiction-vectors.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

test('aitbc evidence tells what is kept in the data folder of a node that does not run', async () => {
  const [folder, home] = [temporaryFolder(), temporaryFolder()]
  const aitbc = (...words: readonly string[]) =>
    cli([...words, '--data', folder], { env: { HOME: home }, folder: home })
  expect(await aitbc('evidence')).toMatchObject({ code: 0, out: 'No operator is known to have contradicted itself.\n' })
  const evidence = evidenceOf(domain, contradictionCases()[0]!.evidence)
  {
    await using opened = await openEvidence(folder)
    opened.watch.told(evidence)
    await opened.written()
  }
  const { operator, nullifier } = evidence
  const listed = await aitbc('evidence', '--json')
  expect(JSON.parse(listed.out).evidence).toMatchObject([{ operator, nullifier, kind: 'receipts', source: 'told' }])
  expect((await aitbc('evidence')).out).toContain(operator)
  const shown = await aitbc('evidence', 'show', operator.slice(0, 12))
  expect(shown).toMatchObject({ code: 0, err: '' })
  expect(shown.out).toContain('two receipts of one attempt')
  expect(shown.out).toContain('batch root')
  expect(await aitbc('evidence', 'show', '0x123456')).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringContaining('0x123456'),
  })
  expect(await aitbc('evidence', 'show', 'letters')).toMatchObject({ code: 2, out: '' })
})
