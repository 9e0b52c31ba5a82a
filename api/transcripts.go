package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"microcourt/hub"
	"microcourt/store"
	"microcourt/store/court"
)

// transcriptRoutes are the transcripts of hearings: how the court writes them, and how all read, correct and sign them.
func (a *API) transcriptRoutes() {
	const one, witness = "/api/v1/cases/{case}/hearings/{hearing}/transcript", "/api/v1/hearings/{hearing}/testimony"
	route(a, court.ActTranscriptRead, huma.Operation{Method: http.MethodGet, Path: one, OperationID: "read-transcript",
		Summary: "A hearing's transcript: its lines as far as I read them, corrections, who has signed"}, a.readTranscript)
	route(a, court.ActTranscriptRead, huma.Operation{Method: http.MethodGet, Path: one + "/document", OperationID: "print-transcript",
		Summary: "The same, printed with the corrections and signatures that it bears now (PDF)", Responses: pdfResponse("The transcript")}, a.printTranscript)
	route(a, court.ActTranscriptWrite, huma.Operation{Method: http.MethodPost, Path: one + "/changes", OperationID: "write-transcript",
		Summary: "Write, change or take out lines; what somebody else has changed meanwhile stays and is named"}, a.writeTranscript)
	route(a, court.ActTranscriptWrite, huma.Operation{Method: http.MethodPut, Path: one + "/live", OperationID: "set-transcript-live",
		Summary: "Let those who are in the hearing read along, or no longer"}, a.setTranscriptLive)
	route(a, court.ActTranscriptPresent, huma.Operation{Method: http.MethodPost, Path: one + "/presentations", OperationID: "present-transcript",
		Summary: "Lay it before the participants, to read, correct within five days, and sign"}, a.presentTranscript)
	route(a, court.ActTranscriptPresent, huma.Operation{Method: http.MethodPost, Path: one + "/ends", OperationID: "end-transcript",
		Summary: "Take it back to be written on, or close it with what is missing noted"}, a.endTranscript)
	route(a, court.ActTranscriptCorrect, huma.Operation{Method: http.MethodPost, Path: one + "/corrections", OperationID: "ask-correction",
		Summary: "Say what a line should say"}, a.askCorrection)
	route(a, court.ActTranscriptPresent, huma.Operation{Method: http.MethodPost, Path: one + "/corrections/{correction}/answers", OperationID: "answer-correction",
		Summary: "Grant or refuse that"}, a.answerCorrection)
	route(a, court.ActTranscriptSign, huma.Operation{Method: http.MethodPost, Path: one + "/signatures", OperationID: "sign-transcript",
		Summary: "Sign exactly the transcript whose hash is given, with my signature on file"}, a.signTranscript)
	route(a, court.ActTranscriptSign, huma.Operation{Method: http.MethodPost, Path: one + "/refusals", OperationID: "refuse-transcript",
		Summary: "Say that I won't sign; the court notes it of somebody who said so"}, a.refuseTranscript)
	route(a, court.ActTestimony, huma.Operation{Method: http.MethodGet, Path: witness, OperationID: "read-testimony",
		Summary: "A witness's own part of the transcript"}, a.readTestimony)
	route(a, court.ActTestimony, huma.Operation{Method: http.MethodPost, Path: witness + "/corrections", OperationID: "ask-testimony-correction",
		Summary: "Say what a line of it should say"}, a.askTestimonyCorrection)
	route(a, court.ActTestimony, huma.Operation{Method: http.MethodPost, Path: witness + "/signatures", OperationID: "sign-testimony",
		Summary: "Sign exactly the part whose hash is given"}, a.signTestimony)
	route(a, court.ActTestimony, huma.Operation{Method: http.MethodPost, Path: witness + "/refusals", OperationID: "refuse-testimony",
		Summary: "Say that I won't sign it"}, a.refuseTestimony)
}

type readTranscriptIn struct {
	HearingIn
	Since int64 `query:"since" minimum:"0" doc:"changes that I have seen: only lines that are newer come, also those that were taken out"`
}

func (a *API) readTranscript(ctx context.Context, in *readTranscriptIn) (*body[*hub.TranscriptView], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ReadTranscript{CaseID: in.Case, Hearing: in.Hearing, Since: in.Since}))
}

func (a *API) printTranscript(ctx context.Context, in *HearingIn) (*documentOut, error) {
	return documentAnswer(hub.Do(ctx, a.hub, actorOf(ctx), hub.PrintTranscript{CaseID: in.Case, Hearing: in.Hearing}))
}

type writeTranscriptIn struct {
	HearingIn
	Body struct {
		Pen     string             `json:"pen" maxLength:"64" doc:"a UUID made by the page on which it is written"`
		Changes []store.LineChange `json:"changes" minItems:"1" maxItems:"100"`
	}
}

func (a *API) writeTranscript(ctx context.Context, in *writeTranscriptIn) (*body[*store.LinesSaved], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.WriteTranscript{CaseID: in.Case, Hearing: in.Hearing, Pen: in.Body.Pen, Changes: in.Body.Changes}))
}

type transcriptLiveIn struct {
	HearingIn
	Body struct {
		Event string `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
		On    bool   `json:"on"`
	}
}

func (a *API) setTranscriptLive(ctx context.Context, in *transcriptLiveIn) (*body[store.Appended], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.SetTranscriptLive{CaseID: in.Case, ID: in.Body.Event, Hearing: in.Hearing, On: in.Body.On}))
}

type presentTranscriptIn struct {
	HearingIn
	Body struct {
		Event   string `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
		Changes int64  `json:"changes" doc:"of the transcript as I have seen it"`
	}
}

func (a *API) presentTranscript(ctx context.Context, in *presentTranscriptIn) (*body[store.Appended], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.PresentTranscript{CaseID: in.Case, ID: in.Body.Event, Hearing: in.Hearing, Changes: in.Body.Changes}))
}

type endTranscriptIn struct {
	HearingIn
	Body struct {
		Event  string `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
		End    string `json:"end" enum:"reopened,closed"`
		Reason string `json:"reason" minLength:"1" maxLength:"500"`
	}
}

func (a *API) endTranscript(ctx context.Context, in *endTranscriptIn) (*body[store.Appended], error) {
	b := &in.Body
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.EndTranscript{CaseID: in.Case, ID: b.Event, Hearing: in.Hearing, Reason: b.Reason, Close: b.End == "closed"}))
}

type correctionBody struct {
	Event  string `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
	Line   string `json:"line" maxLength:"64"`
	Text   string `json:"text" maxLength:"16000" doc:"what the line should say"`
	Reason string `json:"reason,omitempty" maxLength:"500"`
}

type askCorrectionIn struct {
	HearingIn
	Body correctionBody
}

func (a *API) askCorrection(ctx context.Context, in *askCorrectionIn) (*body[store.Appended], error) {
	b := &in.Body
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.AskCorrection{CaseID: in.Case, ID: b.Event, Hearing: in.Hearing, Line: b.Line, Text: b.Text, Reason: b.Reason}))
}

type askTestimonyIn struct {
	SittingIn
	Body correctionBody
}

func (a *API) askTestimonyCorrection(ctx context.Context, in *askTestimonyIn) (*body[store.Appended], error) {
	b := &in.Body
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.AskCorrection{ID: b.Event, Hearing: in.Hearing, Line: b.Line, Text: b.Text, Reason: b.Reason}))
}

type answerCorrectionIn struct {
	HearingIn
	Correction string `path:"correction" maxLength:"64"`
	Body       struct {
		Event   string `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
		Granted bool   `json:"granted"`
		Reason  string `json:"reason,omitempty" maxLength:"500" doc:"needed to refuse"`
	}
}

func (a *API) answerCorrection(ctx context.Context, in *answerCorrectionIn) (*body[store.Appended], error) {
	b := &in.Body
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.AnswerCorrection{CaseID: in.Case, ID: b.Event, Hearing: in.Hearing, Correction: in.Correction, Granted: b.Granted, Reason: b.Reason}))
}

type transcriptSignatureBody struct {
	Event  string `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
	SHA256 string `json:"sha256" maxLength:"64" doc:"of what was shown to me"`
}

type signTranscriptIn struct {
	HearingIn
	Body transcriptSignatureBody
}

func (a *API) signTranscript(ctx context.Context, in *signTranscriptIn) (*body[store.Appended], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.SignTranscript{CaseID: in.Case, ID: in.Body.Event, Hearing: in.Hearing, SHA256: in.Body.SHA256}))
}

type signTestimonyIn struct {
	SittingIn
	Body transcriptSignatureBody
}

func (a *API) signTestimony(ctx context.Context, in *signTestimonyIn) (*body[store.Appended], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.SignTranscript{ID: in.Body.Event, Hearing: in.Hearing, SHA256: in.Body.SHA256}))
}

type refuseTranscriptIn struct {
	HearingIn
	Body struct {
		Event  string `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
		Seat   string `json:"seat,omitempty" maxLength:"64" doc:"from the court: whose refusal is noted"`
		Reason string `json:"reason,omitempty" maxLength:"500" doc:"needed from the court"`
	}
}

func (a *API) refuseTranscript(ctx context.Context, in *refuseTranscriptIn) (*body[store.Appended], error) {
	b := &in.Body
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.RefuseTranscript{CaseID: in.Case, ID: b.Event, Hearing: in.Hearing, Seat: b.Seat, Reason: b.Reason}))
}

type refuseTestimonyIn struct {
	SittingIn
	Body struct {
		Event  string `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
		Reason string `json:"reason,omitempty" maxLength:"500"`
	}
}

func (a *API) refuseTestimony(ctx context.Context, in *refuseTestimonyIn) (*body[store.Appended], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.RefuseTranscript{ID: in.Body.Event, Hearing: in.Hearing, Reason: in.Body.Reason}))
}

func (a *API) readTestimony(ctx context.Context, in *SittingIn) (*body[*store.Testimony], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ReadTestimony{Hearing: in.Hearing}))
}
