import { lang } from '@/i18n'

/** What the server says in both languages. */
export function inLang(text: { zh: string; en: string } | undefined): string {
  return text ? text[lang()] || text.zh : ''
}
