import { describe, expect, it } from 'vitest'
import type { Questionnaire } from '@/api/risks'
import { END, given, longest, pathOf } from '@/risk/path'

const text = { zh: '', en: '' }
const option = (key: string, next: string) => ({ key, next, text })
const q: Questionnaire = {
  key: 'q', name: text, intro: text, amount: text, causes: [], start: 'one',
  questions: [
    { key: 'one', text, options: [option('a', 'two'), option('b', 'three')] },
    { key: 'two', text, options: [option('a', 'three')] },
    { key: 'three', text, multi: true, options: [option('a', END), option('b', END)] },
  ],
}

describe('a questionnaire on the phone', () => {
  it('asks what the answers lead to, and then for the amount', () => {
    expect(pathOf(q, {}).next).toBe(q.questions[0])
    expect(pathOf(q, { one: ['a'] }).next).toBe(q.questions[1])
    const all = pathOf(q, { one: ['a'], two: ['a'], three: ['a', 'b'] })
    expect([all.asked.map((x) => x.key), all.next]).toEqual([['one', 'two', 'three'], END])
  })

  it('sends nothing that was answered on a way that was left again', () => {
    expect(given(q, { one: ['b'], two: ['a'], three: ['b'] })).toEqual({ one: ['b'], three: ['b'] })
  })

  it('knows how many rounds may come', () => {
    expect([longest(q, 'one'), longest(q, 'three'), longest(q, END)]).toEqual([3, 1, 0])
  })
})
