package demo

import (
	"context"
	"errors"
	"slices"

	"github.com/google/uuid"

	"microcourt/hub"
	"microcourt/hub/paper"
	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/application"
	"microcourt/store/court/consent"
	"microcourt/store/court/fee"
	"microcourt/store/court/signing"
)

// The case in which people have agreed to stages online, applied for something, pay, and have a paper to sign; and who they are.
const (
	procedureIn = "（2025）浙9901民初1305号"
	worker      = "孙丽"
	employer    = "钱进" // represents the employer
)

// lastFee is the title of what comes last.
const lastFee = "财产保全申请费"

func procedureID(what string) string {
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte("microcourt demo procedure "+what)).String()
}

// wages are what the worker has preserved, 分.
var wages int64 = 28_500_00

// procedureSteps are those acts in their order. Without fonts nothing is printed, and there is nothing to sign.
func (s *seeder) procedureSteps() []step {
	all := []step{
		{820, "consent of the worker", func(ctx context.Context) error {
			return s.declare(ctx, worker, map[consent.Stage]bool{consent.Filing: true, consent.Mediation: true, consent.ExchangeEach: true, consent.HearingSync: true})
		}},
		{890, "consent of the employer", func(ctx context.Context) error {
			return s.declare(ctx, employer, map[consent.Stage]bool{consent.Filing: true, consent.Mediation: true, consent.ExchangeEach: true, consent.HearingSync: false})
		}},
		{830, "fee", s.fee("案件受理费", fee.Request{Kind: "labor"}, "窗口已交，票据号0012345", fee.PaidOffline)},
		{2720, "last fee", s.fee(lastFee, fee.Request{Kind: "preservation", Amount: &wages}, "", "")},
	}
	if s.files == nil || !paper.Available() {
		return all
	}
	values := application.Values{
		"witness_name": []byte(`"何静"`), "witness_job": []byte(`"原人事专员"`), "witness_address": []byte(`"示范市甬江区学院路12号"`), "witness_phone": []byte(`"0574-00000095"`),
		"content": []byte(`"证明孙丽2025年1月14日、15日已经按规定办理病假手续。"`), "relevance": []byte(`"与是否构成旷工直接相关。"`), "necessity": []byte(`"病假审批单由公司保管，原告无法取得。"`),
	}
	return append(all,
		step{2650, "application", func(ctx context.Context) error { return s.apply(ctx, worker, "witness", values) }},
		step{2690, "a paper to sign", s.laySigning},
		step{2705, "a signature", s.signFirst},
	)
}

// declare has somebody agree to stages, on the notice as it stands.
func (s *seeder) declare(ctx context.Context, who string, stages map[consent.Stage]bool) error {
	actor, r, err := s.enter(ctx, who, procedureIn)
	if err != nil {
		return err
	}
	n, err := hub.Do(ctx, s.hub, actor, hub.ReadNotice{CaseID: r.id, Key: court.NoticeConsent})
	if err != nil {
		return err
	}
	_, err = hub.Do(ctx, s.hub, actor, hub.DeclareConsent{CaseID: r.id, ID: procedureID("consent of " + who), Stages: stages, Version: n.Version, SHA256: n.SHA256})
	return err
}

// fee has the clerk issue a fee notice, and set it to a state where one is given.
func (s *seeder) fee(title string, request fee.Request, reason string, status fee.Status) func(ctx context.Context) error {
	return func(ctx context.Context) error {
		actor, r, err := s.enter(ctx, "clerk.he", procedureIn)
		if err != nil {
			return err
		}
		f, err := hub.Do(ctx, s.hub, actor, hub.IssueFeeNotice{CaseID: r.id, ID: procedureID(title), Party: r.participants[worker], Title: title, Request: request})
		if err != nil || status == "" {
			return err
		}
		_, err = hub.Do(ctx, s.hub, actor, hub.SetFee{CaseID: r.id, ID: procedureID(title + " set"), Notice: f.ID, Status: status, Reason: reason})
		return err
	}
}

// apply has somebody fill in, sign and hand in an application.
func (s *seeder) apply(ctx context.Context, who, kind string, values application.Values) error {
	actor, r, err := s.enter(ctx, who, procedureIn)
	if err != nil {
		return err
	}
	if _, err := hub.Do(ctx, s.hub, actor, hub.KeepSignature{Image: scribble(len(who))}); err != nil {
		return err
	}
	draft := procedureID("draft of " + kind)
	d, err := hub.Do(ctx, s.hub, actor, hub.SaveApplicationDraft{CaseID: r.id, ID: draft, Body: store.ApplicationBody{Kind: kind, Mode: store.ModeTemplate, Values: values}})
	if err != nil {
		return err
	}
	shown, err := hub.Do(ctx, s.hub, actor, hub.PreviewApplication{CaseID: r.id, ID: draft, Signed: true})
	if err != nil {
		return err
	}
	if _, err := hub.Do(ctx, s.hub, actor, hub.SignApplication{CaseID: r.id, ID: draft, Revision: d.Revision, SHA256: shown.SHA256}); err != nil {
		return err
	}
	if _, err = hub.Do(ctx, s.hub, actor, hub.SubmitApplication{CaseID: r.id, ID: procedureID(kind), Draft: draft}); err != nil {
		return err
	}
	_, err = hub.Do(ctx, s.hub, actor, hub.RemoveApplicationDraft{CaseID: r.id, ID: draft}) // where another node that is started at the same time handed it in
	if errors.Is(err, court.ErrNotFound) {
		return nil
	}
	return err
}

// laySigning has the judge lay what is undisputed before the parties.
func (s *seeder) laySigning(ctx context.Context) error {
	actor, r, err := s.enter(ctx, "judge.li", procedureIn)
	if err != nil {
		return err
	}
	_, err = hub.Do(ctx, s.hub, actor, hub.OpenSigning{CaseID: r.id, ID: procedureID("undisputed"), Paper: store.SigningInput{Kind: signing.Undisputed, Lines: []signing.Line{
		{Text: "原告于2023年3月1日入职被告公司，双方签订了三年期书面劳动合同。"},
		{Text: "双方的劳动关系于2025年3月31日解除。"},
		{Text: "被告至今没有支付原告2025年1月至3月的工资。"},
	}}})
	return err
}

// signFirst has the worker sign it; the employer and the judge have not yet.
func (s *seeder) signFirst(ctx context.Context) error {
	actor, r, err := s.enter(ctx, worker, procedureIn)
	if err != nil {
		return err
	}
	n, err := hub.Do(ctx, s.hub, actor, hub.ReadNotice{CaseID: r.id, Key: court.NoticeMediation})
	if err != nil {
		return err
	}
	if _, err := hub.Do(ctx, s.hub, actor, hub.AcceptNotice{CaseID: r.id, Key: n.Key, Version: n.Version, SHA256: n.SHA256}); err != nil {
		return err
	}
	list, err := hub.Do(ctx, s.hub, actor, hub.ListSignings{CaseID: r.id})
	if err != nil || len(list) == 0 {
		return errors.Join(err, errors.New("there is nothing to sign"))
	}
	_, err = hub.Do(ctx, s.hub, actor, hub.SignPaper{CaseID: r.id, ID: procedureID("signature"), Signing: list[0].ID, SHA256: list[0].SHA256})
	return err
}

// proceeded reports whether the last of them stands in the record.
func (s *seeder) proceeded(ctx context.Context) (bool, error) {
	r, err := s.room(ctx, procedureIn)
	if err != nil {
		return false, err
	}
	list, err := s.store.FeeNotices(ctx, r.id, &court.Standing{Role: court.RoleJudge})
	return slices.ContainsFunc(list, func(f store.FeeNotice) bool { return f.Title == lastFee }), err
}
