import { rest } from '@/api/rest'
import { t } from '@/i18n'
import { ask } from './ask'

/** Sends a code to one's own phone and asks for it: in this session it is then known again who this is. False where nothing was typed. */
export async function reverify(): Promise<boolean> {
  const sent = await rest.post<{ demo_code?: string }>('/me/codes')
  const text = sent.demo_code ? t('reverify.demo', { code: sent.demo_code }) : t('reverify.text')
  const typed = (await ask({ title: t('reverify.title'), text, confirm: t('reverify.confirm'), input: t('reverify.code'), required: true }))?.trim()
  if (typed) await rest.post<unknown>('/me/reverification', { code: typed })
  return !!typed
}
