import 'fake-indexeddb/auto'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, ref } from 'vue'
import { Drafts } from '@/outbox/drafts'
import { askAndSend, useKeptForm } from '@/outbox/words'
import { deletePersonDB, openPersonDB, type PersonDB } from '@/record/db'
import { useLive } from '@/record/live'
import { asked } from '@/ui/ask'

let db: PersonDB
/** The page is opened (anew): what it held in memory is gone, what was on disk isn't. */
async function openPage() {
  if (db) {
    await rest()
    db.close()
  }
  db = await openPersonDB('p1')
  setActivePinia(createPinia())
  useLive().drafts = new Drafts(db) as never
}
/** Lets everything that was begun come to its end: what waits for the phone's memory goes before us, step by step. */
async function rest() {
  await new Promise((r) => setTimeout(r, 10))
  for (let i = 0; i < 10; i++) {
    await db.count('drafts')
    await new Promise((r) => setTimeout(r))
  }
}

beforeAll(() => {
  for (const target of ['addEventListener', 'document']) vi.stubGlobal(target, target === 'document' ? { addEventListener() {} } : () => {})
})
beforeEach(openPage)
afterEach(async () => {
  await rest()
  db.close()
  await deletePersonDB('p1')
  db = undefined as never
})

/** A sheet with a form, as pages have it. */
function sheet(act: string) {
  const scope = effectScope()
  const open = ref(true)
  const kept = scope.run(() => useKeptForm('c1', () => (open.value ? act : ''), () => ({ choice: '', reason: '' })))!
  return { open, ...kept }
}

describe('what the court writes for an act (P6)', () => {
  it('is there after the page was opened anew, for the same act alone, until the court has it', async () => {
    const first = sheet('answer/a1')
    await rest()
    Object.assign(first.form, { choice: 'denied', reason: '理由只写了一半' })
    await openPage()
    const again = sheet('answer/a1')
    const other = sheet('answer/a2')
    await rest()
    expect(again.form).toEqual({ choice: 'denied', reason: '理由只写了一半' })
    expect(other.form).toEqual({ choice: '', reason: '' })
    again.open.value = false
    await nextTick()
    again.open.value = true
    await nextTick()
    await rest()
    expect(again.form.reason).toBe('理由只写了一半')
    again.done()
    await openPage()
    const sent = sheet('answer/a1')
    await rest()
    expect([sent.form.reason, await db.count('drafts')]).toEqual(['', 0])
  })

  it('is one act however often it is tried, and another when it says something else', async () => {
    const first = sheet('answer/a1')
    await rest()
    first.form.reason = '理由'
    const id = first.event()
    expect(first.event()).toBe(id)
    await openPage()
    const again = sheet('answer/a1')
    await rest()
    expect(again.event()).toBe(id)
    again.form.reason = '别的理由'
    expect(again.event()).not.toBe(id)
  })

  it('of a question comes back where it was not sent, and goes when it was', async () => {
    const sends: string[] = []
    const askOnce = (fail: boolean) =>
      askAndSend('c1', 'copy/k1/sent', { title: '', confirm: '', input: 'note' }, async (words, event) => {
        sends.push(`${words} ${event}`)
        if (fail) throw new Error('offline')
      })
    let failed = askOnce(true)
    await asked.value!.kept!.read()
    asked.value!.kept!.write('单号')
    asked.value!.answer('单号12')
    await expect(failed).rejects.toThrow('offline')
    await openPage()
    failed = askOnce(true)
    expect(await asked.value!.kept!.read()).toBe('单号12')
    asked.value!.answer('单号12')
    await expect(failed).rejects.toThrow('offline')
    expect(new Set(sends).size).toBe(1)
    const left = askOnce(false)
    await asked.value!.kept!.read()
    asked.value!.answer(null)
    expect(await left).toBe(false)
    const sent = askOnce(false)
    expect(await asked.value!.kept!.read()).toBe('单号12')
    asked.value!.answer('单号12')
    expect(await sent).toBe(true)
    await openPage()
    void askOnce(false)
    expect(await asked.value!.kept!.read()).toBe('')
  })
})
