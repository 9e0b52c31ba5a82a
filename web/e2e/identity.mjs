import { people, stage, unverifiedCase } from './court.mjs'
import { Person } from './person.mjs'
import { approve, prove, review } from './proving.mjs'
import { Client } from './rest.mjs'
import { expect, launch, play, same, step, until } from './run.mjs'
import { walk } from './walk.mjs'

/** Synthetic, with the right check digit. */
const document = { name: '吴敏', number: '110101199003070011' }

// Somebody proves who they are by phone, from the first text to the clerk's approval.
play(async () => {
  const browser = await launch()
  const [here, there] = stage.gates
  const person = await Person.with(browser, people.unverified, here)
  const clerk = await Person.with(browser, people.clerk, there)
  await Promise.all([person.signIn(), clerk.signIn()])
  const { page } = person
  const button = (name, on = page) => on.getByRole('button', { name, exact: true })
  await prove(person, here, document)

  const desk = clerk.page
  await step('the clerk sees both sides, the video with its digits, and why the colours were no answer', async () => {
    await review(desk, there, document)
    await desk.getByText(document.number).waitFor()
    await until('the photos are shown', () => desk.locator('.review__photos img').evaluateAll((all) => all.length === 2 && all.every((i) => i.complete && i.naturalWidth > 300)))
    await until('the video plays', () => desk.locator('.review__video video').evaluate((v) => v.readyState > 0 && v.videoWidth > 0))
    expect('six digits are told', /\d \d \d \d \d \d/.test(await desk.locator('.review__video b').innerText()))
    await button('查看画面和检测报告', desk).click()
    await desk.locator('.sheet-of__why li').first().waitFor()
    await until('frames are shown', () => desk.locator('.sheet-of__frames img').evaluateAll((all) => all.length > 20 && all[0].naturalWidth === 240))
  })

  await step('a refusal needs a reason, and the person reads it', async () => {
    await button('不通过', desk).click()
    const sheet = desk.getByRole('dialog')
    same('without a reason', await button('不通过', sheet).isEnabled(), false)
    await sheet.getByRole('textbox').fill('证件照片不清楚，请重拍。')
    await button('不通过', sheet).click()
    await desk.getByText('没有等待审核的身份认证').waitFor()
    await page.reload()
    await page.getByText('证件照片不清楚，请重拍。').waitFor()
  })

  await step('handed in anew and approved, the person is verified', async () => {
    await walk(there, people.unverified, document)
    await review(desk, there, document)
    await approve(desk)
    await page.goto(`${here}/mine/identity`)
    await page.getByText('已完成身份认证').waitFor()
    await page.getByText('人工审核').waitFor()
    same('the whole number is shown', (await person.text()).includes(document.number), false)
  })

  await step('an organisation is bound: its code is checked as it is typed, photos and words outlast the page, and the clerk says with what authority', async () => {
    await page.goto(`${here}/mine/organisations`)
    await page.getByRole('button', { name: '单位认证' }).or(page.getByRole('link', { name: '单位认证' })).click()
    const code = page.getByRole('textbox', { name: '统一社会信用代码' })
    await page.getByLabel('单位名称').fill('甬江示范建材有限公司')
    await code.fill('91330299MA00010181')
    await page.getByText('校验位不符').waitFor()
    await code.fill('91330299ma00010180')
    await page.getByText('代码的校验位正确').waitFor()
    for (const what of ['营业执照', '授权委托书']) await page.getByRole('region', { name: what }).locator('input:not([capture])').setInputFiles(stage.files.image)
    await until('both are shown', async () => (await page.locator('.side img').count()) === 2)
    await page.reload()
    await until('both are there again', async () => (await page.locator('.side img').count()) === 2)
    same('the code is there again', await code.inputValue(), '91330299ma00010180')
    await button('认证并绑定单位').click()
    await button('认证并绑定单位', page.getByRole('dialog')).click()
    await page.getByText('等待核对', { exact: true }).waitFor()
    await desk.goto(`${there}/organisation-bindings`)
    await desk.getByRole('link', { name: /甬江示范建材有限公司/ }).click()
    await until('licence and letter are shown', () => desk.locator('.review__photos img').evaluateAll((all) => all.length === 2 && all.every((i) => i.naturalWidth > 300)))
    await button('特别授权', desk).click()
    await button('通过', desk).click()
    await button('通过', desk.getByRole('dialog')).click()
    await desk.getByText('没有等待核对的单位绑定').waitFor()
    await page.reload()
    await page.getByText('已绑定', { exact: true }).waitFor()
  })

  await step('whoever has cases of both kinds sees those of the capacity in use, with the authority, and is led to switch where they stand in the other', async () => {
    await page.goto(`${here}/cases`)
    await page.getByRole('link', { name: unverifiedCase.docket }).waitFor()
    await page.getByText(/您以代理人身份还有 \d 件案件/).waitFor()
    await button('切换').click()
    await page.getByText('代理 甬江示范建材有限公司（特别授权）').first().waitFor()
    same('the own case among them', await page.getByRole('link', { name: unverifiedCase.docket }).count(), 0)
    const elsewhere = await Client.signIn(there, people.unverified) // another session, which is used as a party
    const caseId = await elsewhere.caseId(unverifiedCase.docket)
    await page.goto(`${here}/cases/${caseId}`)
    await button('切换为当事人').click()
    await page.waitForURL(/notice$/)
  })

  for (const p of [person, clerk]) same(`faults of the page of ${p.who.name}`, p.faults, [])
})
