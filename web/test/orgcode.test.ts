import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkCode } from '@/organisation/code'

type Vectors = Record<string, { input: string; expect: string }[]>
const { algorithms } = JSON.parse(readFileSync(join(__dirname, '../../store/court/testdata/id_documents.json'), 'utf8')) as { algorithms: Vectors }
const problems: Record<string, string> = { ok: '', format: 'form', checksum: 'check', org_code_checksum: 'inner_check' }

describe('the code of an organisation', () => {
  it.each([['uscc', 'gb32100'], ['org_code', 'gb11714']] as const)('%s is judged in the page as the server does', (type, algorithm) => {
    const vectors = algorithms[algorithm]!
    expect(vectors.length).toBeGreaterThan(4)
    for (const v of vectors) expect([v.input, checkCode(type, v.input)]).toEqual([v.input, problems[v.expect]])
  })

  it('is taken as it is pasted: in full-width figures, with spaces and a dash', () => {
    expect(checkCode('uscc', ' ９１１１０１０１ ma00 00007t ')).toBe('')
    expect(checkCode('org_code', 'MA000000-7')).toBe('')
  })
})
