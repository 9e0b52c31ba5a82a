import { ref } from 'vue'
import { setRestLang } from '@/api/rest'
import type { Lang } from '@/api/types'
import firstEn from './en/first.json'
import firstZh from './zh/first.json'

const KEY = 'microcourt.lang'

/** Words by section and name: `room.title` is the section `room`'s `title`. */
type Words = Record<string, Record<string, string>>

// The words of the first pages come with them, in both languages. The others come with the pages that need them.
const parts = {
  account: { zh: () => import('./zh/account.json'), en: () => import('./en/account.json') },
  evidence: { zh: () => import('./zh/evidence.json'), en: () => import('./en/evidence.json') },
  agreement: { zh: () => import('./zh/agreement.json'), en: () => import('./en/agreement.json') },
  application: { zh: () => import('./zh/application.json'), en: () => import('./en/application.json') },
  desk: { zh: () => import('./zh/desk.json'), en: () => import('./en/desk.json') },
  documents: { zh: () => import('./zh/documents.json'), en: () => import('./en/documents.json') },
  fees: { zh: () => import('./zh/fees.json'), en: () => import('./en/fees.json') },
  filing: { zh: () => import('./zh/filing.json'), en: () => import('./en/filing.json') },
  filingdesk: { zh: () => import('./zh/filingdesk.json'), en: () => import('./en/filingdesk.json') },
  guide: { zh: () => import('./zh/guide.json'), en: () => import('./en/guide.json') },
  help: { zh: () => import('./zh/help.json'), en: () => import('./en/help.json') },
  hearing: { zh: () => import('./zh/hearing.json'), en: () => import('./en/hearing.json') },
  organisation: { zh: () => import('./zh/organisation.json'), en: () => import('./en/organisation.json') },
  proof: { zh: () => import('./zh/proof.json'), en: () => import('./en/proof.json') },
  review: { zh: () => import('./zh/review.json'), en: () => import('./en/review.json') },
  room: { zh: () => import('./zh/room.json'), en: () => import('./en/room.json') },
  security: { zh: () => import('./zh/security.json'), en: () => import('./en/security.json') },
  staff: { zh: () => import('./zh/staff.json'), en: () => import('./en/staff.json') },
  transcript: { zh: () => import('./zh/transcript.json'), en: () => import('./en/transcript.json') },
  tools: { zh: () => import('./zh/tools.json'), en: () => import('./en/tools.json') },
}

export type Part = keyof typeof parts

const words: Record<Lang, Words> = { zh: { ...firstZh }, en: { ...firstEn } }
const current = ref<Lang>('zh')
const needed = new Set<Part>()
const held = new Set<string>()

function find(key: string): string | undefined {
  const dot = key.indexOf('.')
  const [section, name] = [key.slice(0, dot), key.slice(dot + 1)]
  return words[current.value][section]?.[name] ?? words.zh[section]?.[name]
}

/** The words for a key in the language chosen, with what stands in braces filled in. A page that shows them changes with the language. */
export function t(key: string, values: Record<string, unknown> = {}): string {
  return (find(key) ?? key).replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''))
}

export function hasWords(key: string): boolean {
  return find(key) !== undefined
}

export function lang(): Lang {
  return current.value
}

async function bring(l: Lang, part: Part) {
  const key = `${l}/${part}`
  if (held.has(key)) return
  Object.assign(words[l], (await parts[part][l]()).default)
  held.add(key)
}

/** Brings the words of a part in the language chosen; from then on also in any language chosen later. */
export async function needWords(part: Part) {
  await bring(lang(), part)
  needed.add(part)
}

export async function setLang(l: Lang) {
  await Promise.allSettled([...needed].map((part) => bring(l, part))) // words that can't be had now stand in Chinese
  current.value = l
  setRestLang(l)
  localStorage.setItem(KEY, l)
  document.documentElement.lang = l === 'zh' ? 'zh-CN' : 'en'
}

/** The language chosen on this phone, or else the phone's own. */
export function startLang() {
  const l = localStorage.getItem(KEY) ?? (navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en')
  void setLang(l === 'en' ? 'en' : 'zh')
}
