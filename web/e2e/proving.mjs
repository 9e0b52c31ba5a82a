import { stage } from './court.mjs'
import { sign } from './draw.mjs'
import { same, step, until } from './run.mjs'

/**
 * Goes the whole way of proving who one is by the pages, from the first text to handing in, under what stands in a document. The made-up camera doesn't answer the
 * colours, as no recording does: so a video is read aloud, and a person of the court will look.
 */
export async function prove(person, base, document) {
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
    await page.goto(`${base}/mine/identity`)
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
    await page.getByText(`请说：“我是${document.name}`).waitFor()
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
}

/** Opens what somebody has handed in at the court's desk. */
export async function review(desk, base, document) {
  await desk.goto(`${base}/proofings`)
  await desk.getByRole('link', { name: new RegExp(document.name) }).click()
  await desk.getByText('每次打开这里的材料都会留下记录').waitFor()
}

/** Approves it. */
export async function approve(desk) {
  await desk.getByRole('button', { name: '审核通过', exact: true }).click()
  await desk.getByRole('dialog').getByRole('button', { name: '审核通过', exact: true }).click()
  await desk.getByText('没有等待审核的身份认证').waitFor()
}
