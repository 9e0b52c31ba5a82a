package demo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"slices"
	"time"

	"github.com/google/uuid"

	"microcourt/hub"
	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/calendar"
)

// servedIn is the case in which the court has served documents.
const servedIn = "（2025）浙9901民初1024号"

// serviceSteps are the acts of service, in their order: two people agree to it; one document is opened and its receipt confirmed, another has just come.
func (s *seeder) serviceSteps() []step {
	agree := func(minute int, who, phone string, decisions bool) step {
		return step{minute, "address, " + who, func(ctx context.Context) error {
			return s.agree(ctx, who, court.ServiceAddress{Recipient: who, Phone: phone, Region: "浙江省示范市甬江区", Street: "示范路88号", Postcode: "315000", Electronic: true, Decisions: decisions})
		}}
	}
	serve := func(minute int, kind court.DocumentKind, title, number, file string) step {
		return step{minute, title, func(ctx context.Context) error {
			actor, r, err := s.enter(ctx, "clerk.he", servedIn)
			if err != nil {
				return err
			}
			page, err := s.upload(ctx, actor, file)
			if err != nil {
				return err
			}
			_, err = hub.Do(ctx, s.hub, actor, hub.ServeDocument{CaseID: r.id, ID: serviceID(title), Document: court.DocumentInput{Kind: kind, Title: title, Number: number,
				File: &page, Recipients: []string{r.participants["张伟"], r.participants["赵磊"]}}})
			if errors.Is(err, court.ErrIDReused) { // another node that is started at the same time was faster: its file has another id
				return nil
			}
			return err
		}}
	}
	extend := func(minute int, who, docket string) step {
		return step{minute, "more time in " + docket, func(ctx context.Context) error {
			actor, r, err := s.enter(ctx, who, docket)
			if err != nil {
				return err
			}
			until := calendar.DayAt(s.clock.now().Add(60 * 24 * time.Hour).UnixMilli()).End()
			_, err = hub.Do(ctx, s.hub, actor, hub.ExtendReview{CaseID: r.id, ID: serviceID("extension " + docket), Until: until, Reason: "案情复杂，经本院院长批准延长审查期限"})
			if errors.Is(err, court.ErrIDReused) {
				return nil
			}
			return err
		}}
	}
	return []step{
		extend(5, "clerk.sun", "（2025）浙99民申56号"),
		extend(6, "clerk.he", "（2025）浙99行申8号"),
		agree(15, "张伟", "13800000001", true),
		agree(48, "赵磊", "13800000005", false),
		serve(60, court.DocNotice, "举证通知书", "（2025）浙9901民初1024号之一", "notice.pdf"),
		{135, "confirmation of receipt", s.confirm},
		serve(2700, court.DocSummons, "传票", "（2025）浙9901民初1024号之二", "summons.pdf"),
	}
}

func serviceID(what string) string {
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte("microcourt demo service "+what)).String()
}

// agree confirms somebody's address for service, under the notice and with a signature drawn for it.
func (s *seeder) agree(ctx context.Context, who string, address court.ServiceAddress) error {
	actor, r, err := s.enter(ctx, who, servedIn)
	if err != nil {
		return err
	}
	if _, err := hub.Do(ctx, s.hub, actor, hub.KeepSignature{Image: scribble(len(address.Phone) + int(address.Phone[10]))}); err != nil {
		return err
	}
	now, err := hub.Do(ctx, s.hub, actor, hub.ReadAddress{CaseID: r.id})
	if err != nil {
		return err
	}
	_, err = hub.Do(ctx, s.hub, actor, hub.ConfirmAddress{CaseID: r.id, ID: serviceID("address of " + who), Address: address,
		NoticeVersion: now.Notice.Version, NoticeSHA256: now.Notice.SHA256})
	return err
}

// confirm has 张伟 open the first document and confirm its receipt.
func (s *seeder) confirm(ctx context.Context) error {
	actor, r, err := s.enter(ctx, "张伟", servedIn)
	if err != nil {
		return err
	}
	list, err := hub.Do(ctx, s.hub, actor, hub.ListDocuments{CaseID: r.id})
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return fmt.Errorf("nothing was served on 张伟")
	}
	mine := list[len(list)-1].Services[0]
	file, err := hub.Do(ctx, s.hub, actor, hub.ReadAttachment{ID: mine.Attachment})
	if err != nil {
		return err
	}
	file.Close()
	s.clock.pass(90 * time.Second)
	_, err = hub.Do(ctx, s.hub, actor, hub.ConfirmDocument{CaseID: r.id, ID: serviceID("receipt"), Service: mine.ID, Sign: true})
	if errors.Is(err, court.ErrReceiptConfirmed) {
		return nil
	}
	return err
}

// served reports whether the last of the documents stands in the record.
func (s *seeder) served(ctx context.Context) (bool, error) {
	r, err := s.room(ctx, servedIn)
	if err != nil {
		return false, err
	}
	list, err := s.store.Documents(ctx, r.id, &court.Standing{Role: court.RoleJudge})
	return slices.ContainsFunc(list, func(d store.Document) bool { return d.Title == "传票" }), err
}

// scribble draws a signature: a line like handwriting, dark on transparent, another one for each seed.
func scribble(seed int) []byte {
	img := image.NewNRGBA(image.Rect(0, 0, 480, 200))
	for i := range 4000 {
		t := float64(i) / 4000
		x := 40 + 380*t + 26*math.Sin(t*float64(21+seed%7))
		y := 100 + 46*math.Sin(t*float64(17+seed%5))*math.Cos(t*float64(5+seed%3)) - 30*t
		for dx := -2; dx <= 2; dx++ {
			for dy := -2; dy <= 2; dy++ {
				img.SetNRGBA(int(x)+dx, int(y)+dy, color.NRGBA{24, 32, 56, 255})
			}
		}
	}
	var buf bytes.Buffer
	if err := png.Encode(&buf, img); err != nil {
		panic(err) // into memory
	}
	return buf.Bytes()
}
