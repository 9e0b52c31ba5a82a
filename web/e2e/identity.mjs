import { people, stage, unverifiedCase } from './court.mjs'
import { sign } from './draw.mjs'
import { Person } from './person.mjs'
import { Client } from './rest.mjs'
import { expect, launch, play, same, step, until } from './run.mjs'
import { walk } from './walk.mjs'

/** Synthetic, with the right check digit. */
const document = { name: '吴敏', number: '110101199003070011' }

// Somebody proves who they are by phone, from the first text to the clerk's approval. The made-up camera doesn't answer the colours, as no recording does: so a video is
// read aloud, and a person of the court looks.
play(async () => {
  const browser = await launch()
  const [here, there] = stage.gates
  const person = await Person.with(browser, people.unverified, here)
  const clerk = await Person.with(browser, people.clerk, there)
  await Promise.all([person.signIn(), clerk.signIn()])
  const { page } = person
  const button = (name, on = page) => on.getByRole('button', { name, exact: true })
  const next = () => button('下一步').click()
  const at = (name) => page.getByText(new RegExp(`第 \\d 步，共 \\d 步：${name}`)).waitFor()
  const read = async (agree) => {
    await page.locator('.paper footer').waitFor()
    same('it can be agreed to before it was read', await page.locator('.reads__tick input').isEnabled(), false)
    await page.evaluate(() => scrollTo(0, window.document.body.scrollHeight))
    await page.locator('.reads__tick input').check()
    await button(agree).click()
  }
  /** What of faces and documents is on the phone. */
  const kept = () =>
    page.evaluate(
      async () =>
        new Promise((done) => {
          void indexedDB.databases().then(([{ name }]) => {
            const open = indexedDB.open(name)
            open.onsuccess = () => (open.result.transaction('blobs').objectStore('blobs').getAllKeys().onsuccess = (e) => (open.result.close(), done(e.target.result.filter((k) => k.startsWith('identity.')))))
          })
        }),
    )

  await step('the rules are read to the end, and a mistyped number is told', async () => {
    await page.getByRole('link', { name: /未认证/ }).click()
    await button('开始身份认证').click()
    await at('阅读诉讼规程')
    await read('下一步')
    await at('核验证件')
    await page.getByLabel('姓名').fill(document.name)
    await page.getByLabel('证件号码').fill('110101199003070010')
    await next()
    await page.getByText('校验位不符').waitFor()
  })

  await step('what was typed is there after the page was left; the court shows a part of the number', async () => {
    await page.getByLabel('证件号码').fill(document.number)
    await page.goto(`${here}/mine/identity`)
    await page.getByText('正在办理：已完成 1 步').waitFor()
    await button('继续办理').click()
    await until('the number is there', async () => (await page.getByLabel('证件号码').inputValue()) === document.number)
    await next()
    await at('验证手机号')
    await button('是我的号码，下一步').click()
    await at('拍摄证件')
  })

  await step('a photo without a network waits on the phone, and is removed when the court has it', async () => {
    const take = async (side, file) => {
      await page.getByRole('region', { name: side }).locator('input:not([capture])').setInputFiles(file)
    }
    await person.context.setOffline(true)
    await take('证件正面', stage.files.image)
    await page.getByText('已保存在手机').waitFor()
    same('on the phone', await kept(), ['identity.document_front'])
    await person.context.setOffline(false)
    await page.getByText('法院已收到').waitFor()
    await take('证件背面', stage.files.image)
    await until('both have arrived', async () => (await page.getByText('法院已收到').count()) === 2)
    await until('nothing is left on the phone', async () => (await kept()).length === 0)
    await next()
    await at('人脸识别')
  })

  await step('a face is taken after a consent of its own; a camera that doesn’t follow the colours is no answer', async () => {
    await read('同意并继续')
    await button('开始人脸识别').click()
    await page.getByText('光敏性癫痫').waitFor()
    await button('我知道了，打开摄像头').click()
    await page.locator('.facing video').waitFor()
    await button('开始').click()
    await page.getByText('请保持不动').waitFor()
    await page.getByText('这次没有通过').waitFor()
    same('left on the phone', await kept(), [])
  })

  await step('digits are read on video instead', async () => {
    await button('改为读数字').click()
    await button('开始录制').click()
    await page.getByText('请说：“我是吴敏').waitFor()
    await page.getByText('请读出第 6 个数字').waitFor()
    await button('提交视频').click()
    await page.getByText('已收到您的视频').waitFor()
    await next()
  })

  await step('the notice, the signature, and it is handed in', async () => {
    await at('阅读告知书')
    await read('同意并签名')
    await at('预留签名')
    await sign(page)
    await at('提交')
    await button('提交').click()
    await page.getByText('提交成功，等待审核').waitFor()
  })

  const desk = clerk.page
  const openOne = async () => {
    await desk.goto(`${there}/proofings`)
    await desk.getByRole('link', { name: /吴敏/ }).click()
    await desk.getByText('每次打开这里的材料都会留下记录').waitFor()
  }
  await step('the clerk sees both sides, the video with its digits, and why the colours were no answer', async () => {
    await openOne()
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
    await openOne()
    await button('审核通过', desk).click()
    await button('审核通过', desk.getByRole('dialog')).click()
    await desk.getByText('没有等待审核的身份认证').waitFor()
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
