import { shallowReactive, shallowRef } from 'vue'
import { hasWords, t } from '@/i18n'
import { ApiError } from '@/api/errors'

/** Where what is being typed is kept until it has arrived. */
export interface KeptText {
  read: () => Promise<string>
  write: (text: string) => void
}

export interface Question {
  title: string
  text?: string
  confirm: string
  cancel?: string
  danger?: boolean
  /** Asks for a text as well, with this label. */
  input?: string
  required?: boolean
  kept?: KeptText
}

interface Asked extends Question {
  answer: (v: string | null) => void
}

export const asked = shallowRef<Asked | null>(null)
export const said = shallowReactive({ text: '', n: 0 })

/** Asks in a sheet from below. Gives the text typed ('' where none is asked for), or null when refused. */
export function ask(q: Question): Promise<string | null> {
  asked.value?.answer(null)
  return new Promise((resolve) => {
    asked.value = {
      ...q,
      answer(v) {
        asked.value = null
        resolve(v)
      },
    }
  })
}

let timer: ReturnType<typeof setTimeout> | undefined

/** Says something in passing. */
export function say(text: string) {
  said.text = text
  said.n++
  clearTimeout(timer)
  timer = setTimeout(() => (said.text = ''), Math.max(2500, text.length * 120))
}

/** The words for an error: the server's own, or ours where it could not speak. */
export function wordsFor(err: unknown): string {
  if (err instanceof ApiError) {
    if (err.text) return err.text
    if (hasWords(`error.${err.code}`)) return t(`error.${err.code}`)
  }
  return t('error.internal')
}

export function sayError(err: unknown) {
  say(wordsFor(err))
}
