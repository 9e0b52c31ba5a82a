package hub

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"microcourt/hub/sms"
	"microcourt/store"
)

// Reminders by text message: each node looks for what is due every remindPause and sends at most remindBatch at a time, one after the other.
const (
	remindPause   = 30 * time.Second
	remindBatch   = 30
	remindTimeout = 10 * time.Second
)

// keepReminders is the goroutine that reminds people by text message of documents that were served and of deadlines. A reminder is no service (人民法院在线诉讼规则
// 第三十二条). Where text messages aren't set up nobody is reminded.
func (h *Hub) keepReminders() {
	if h.accounts.cfg.SMS == nil {
		return
	}
	ticker := time.NewTicker(cmp.Or(h.pacing.Reminders, remindPause))
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
		case <-h.stop:
			return
		}
		if err := errors.Join(h.remind(), h.invite()); err != nil {
			h.log.Warn("reminders by text message", "err", err)
		}
	}
}

func (h *Hub) remind() error {
	ctx, cancel := context.WithTimeout(context.Background(), keepTimeout)
	due, err := h.store.DueReminders(ctx)
	cancel()
	if err != nil {
		return err
	}
	for _, m := range due[:min(len(due), remindBatch)] {
		select {
		case <-h.stop:
			return nil
		default:
		}
		if err := h.remindOf(m); err != nil {
			return err
		}
	}
	return nil
}

// remindOf sends one reminder.
func (h *Hub) remindOf(m store.Reminder) error {
	return h.sendOnce(m.Phone, reminderText(m),
		func(ctx context.Context) (bool, error) { return h.store.ClaimReminder(ctx, m) },
		func(ctx context.Context, sent bool) error { return h.store.ReminderSent(ctx, m, sent) })
}

// sendOnce sends a message that nobody asked for to a phone. It is claimed before it is sent, so that of two nodes one sends it, and once.
func (h *Hub) sendOnce(phone, text string, claim func(context.Context) (bool, error), told func(_ context.Context, sent bool) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), remindTimeout)
	defer cancel()
	claimed, err := claim(ctx)
	if err != nil || !claimed {
		return err
	}
	sent := h.accounts.cfg.SMS.Send(ctx, phone, text)
	if sent == nil {
		h.metrics.Reminded.Add(1)
	} else if !errors.Is(sent, sms.ErrNumber) {
		h.log.Warn("a message was not sent", "err", sent)
	}
	return told(context.WithoutCancel(ctx), sent == nil)
}

// reminderText says that there is something to come and see, and nothing of what it is.
func reminderText(m store.Reminder) string {
	when := time.UnixMilli(m.Deadline).In(courtZone)
	switch {
	case m.Kind == store.RemindHearing:
		return hearingReminder(m, when)
	case m.Kind == store.RemindDeadline && m.Lang == "en":
		return fmt.Sprintf("[Microcourt] A deadline in case %s ends at %s. Please open Microcourt. This is a reminder only.", m.DocketNumber, when.Format("2006-01-02 15:04"))
	case m.Kind == store.RemindDeadline:
		return fmt.Sprintf("【微法庭】%s案件的一项期限将于%s届满，请登录微法庭查看。本短信仅为提醒。", m.DocketNumber, when.Format("1月2日15时04分"))
	case m.Lang == "en":
		return fmt.Sprintf("[Microcourt] A court document in case %s has been served on you. Please open Microcourt. This message is a reminder and not the service itself.", m.DocketNumber)
	}
	return fmt.Sprintf("【微法庭】%s案件有法院文书送达给您，请登录微法庭查看。本短信仅为提醒，不是送达。", m.DocketNumber)
}

// hearingReminder says when a hearing begins; of the case only to who takes part in it.
func hearingReminder(m store.Reminder, when time.Time) string {
	of, in := "", ""
	if m.DocketNumber != "" {
		of, in = m.DocketNumber+"案件的", " in case "+m.DocketNumber
	}
	if m.Lang == "en" {
		return fmt.Sprintf("[Microcourt] A hearing online%s begins at %s. Please open Microcourt early to check camera, microphone and network.", in, when.Format("2006-01-02 15:04"))
	}
	return fmt.Sprintf("【微法庭】%s在线庭审将于%s开始，请提前登录微法庭，检查摄像头、麦克风和网络。", of, when.Format("1月2日15时04分"))
}
