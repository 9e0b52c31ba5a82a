import { people, stage } from './court.mjs'
import { drawn } from './draw.mjs'
import { file } from './filed.mjs'
import { Person } from './person.mjs'
import { Client } from './rest.mjs'
import { expect, launch, play, same, step, until } from './run.mjs'
import { walk } from './walk.mjs'

/** Synthetic, with the right check digit. */
const respondent = { name: '吴敏', number: '110101199003070011', phone: people.unverified.phone }

// A clerk answers filings by phone; the respondent of the accepted one, of whom the court has a name and a number, proves who they are, finds the case and answers in its room.
play(async () => {
  const browser = await launch()
  const [here, there] = [stage.gates[0], stage.gates.at(-1)]
  const clerk = await Person.with(browser, people.clerk, here)
  const person = await Person.with(browser, people.unverified, here)
  await Promise.all([clerk.signIn(), person.signIn()])
  const { page } = clerk
  const signature = await drawn(page)
  const plaintiff = await Client.signIn(there, people.plaintiff)
  const first = await file(plaintiff, people.plaintiff.name, respondent, signature)
  const twin = await file(plaintiff, people.plaintiff.name, respondent, signature)
  const button = (name, on = page) => on.getByRole('button', { name, exact: true })
  const sheet = page.locator('.van-popup:visible')

  await step('the queue says what is due and what is alike, and one lies beside the other', async () => {
    await page.goto(here)
    await page.getByRole('link', { name: /立案审核 2 件待审核/ }).click()
    await page.getByText('可能重复 1 件').first().waitFor()
    expect('the clock is told', /前答复，还剩 \d 天/.test(await clerk.text()))
    await page.goto(`${here}/filing-desk/${twin.id}`)
    await button('并排比较').click()
    await page.getByText('收起比较').waitFor()
    same('what differs', await page.locator('.alike__table').getByText('不同', { exact: true }).count(), 0)
  })

  await step('a correction is put together field by field, stays on the phone, and goes out as one list', async () => {
    await button('要求补正').click()
    await button('需补正：身份证明').click()
    await button('已选 1 项，下一步').click()
    await sheet.getByRole('textbox', { name: '身份证明' }).fill('照片不清楚，请重新拍摄正反两面')
    await page.reload()
    await button('补正 1 项').click()
    await until('what was typed is there', async () => (await sheet.getByRole('textbox', { name: '身份证明' }).inputValue()) === '照片不清楚，请重新拍摄正反两面')
    await button('发出补正通知（1 项）', sheet).click()
    await page.getByText('当事人应在').waitFor()
    const asked = await plaintiff.call('GET', `/me/filings/${twin.id}`)
    same('the list', asked.history.at(-1).corrections, [{ path: 'materials.identity', text: '照片不清楚，请重新拍摄正反两面' }])
  })

  await step('a case needs a judge; accepted, it has a number and tells the court who was told', async () => {
    await page.goto(`${here}/filing-desk/${first.id}`)
    await button('立案').click()
    await sheet.getByText(/民初/).waitFor()
    await sheet.getByRole('checkbox', { name: /孙悦/ }).check()
    await button('决定立案', sheet).click()
    await sheet.getByText('请至少选择一名法官').waitFor()
    await sheet.getByRole('checkbox', { name: /李明/ }).check()
    await button('决定立案', sheet).click()
    await page.getByText('被通知的人').waitFor()
    await page.getByText('未关联', { exact: true }).waitFor()
  })

  await step('whoever was named sees nothing of it; verified, they find the case and answer in its room', async () => {
    const caseId = (await plaintiff.call('GET', `/me/filings/${first.id}`)).case
    const theirs = await walk(there, people.unverified, respondent, signature)
    same('before being verified', await theirs.status(`/cases/${caseId}`), 404)
    const court = await Client.signIn(there, people.clerk)
    const { rows } = await court.call('GET', '/proofings')
    await court.call('POST', `/proofings/${rows.find((r) => r.name === respondent.name).id}/decisions`, { approve: true })
    await person.page.goto(here)
    await person.page.getByRole('link', { name: /周涛与吴敏民间借贷纠纷/ }).first().click()
    await person.acceptNotice()
    await person.say('我是被告吴敏，借款已经归还')
    await clerk.page.goto(`${here}/cases/${caseId}`)
    await clerk.sees('我是被告吴敏，借款已经归还')
    same('faults of the page', [...person.faults, ...clerk.faults], [])
  })
})
