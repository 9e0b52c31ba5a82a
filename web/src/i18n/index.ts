import { createI18n } from 'vue-i18n'
import { setRestLang } from '@/api/rest'
import type { Lang } from '@/api/types'
import zh from './zh'

const KEY = 'microcourt.lang'

export const i18n = createI18n({
  legacy: false as const,
  locale: 'zh',
  fallbackLocale: 'zh',
  missingWarn: false,
  fallbackWarn: false,
  messages: { zh: zh as never } as Record<string, never>,
})

// For use outside of components; the library's own types for this are too deep for the compiler.
const words = i18n.global as unknown as { t(key: string, values: Record<string, unknown>): string; te(key: string): boolean }

export const tr = (key: string, values: Record<string, unknown> = {}) => words.t(key, values)
export const hasWords = (key: string) => words.te(key)

export function lang(): Lang {
  return i18n.global.locale.value as Lang
}

export async function setLang(l: Lang) {
  if (l === 'en' && !i18n.global.availableLocales.includes('en')) {
    i18n.global.setLocaleMessage('en', (await import('./en')).default as never)
  }
  i18n.global.locale.value = l
  setRestLang(l)
  localStorage.setItem(KEY, l)
  document.documentElement.lang = l === 'zh' ? 'zh-CN' : 'en'
}

/** The language chosen on this phone, or else the phone's own. */
export async function startLang() {
  const stored = localStorage.getItem(KEY)
  const l = stored ?? (navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en')
  // Without the English words at hand (offline, first time) the Chinese ones have to do.
  await setLang(l === 'en' ? 'en' : 'zh').catch(() => setLang('zh'))
}
