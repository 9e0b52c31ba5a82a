package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"microcourt/hub"
	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/proofing"
)

// captureWait is how long a picture, a capture or a video may take to arrive on a bad network.
const captureWait = 4 * time.Minute

// proofingRoutes are how somebody proves who they are (身份验证). Each step answers with how far it is now.
func (a *API) proofingRoutes() {
	const me = "/api/v1/me/identity"
	route(a, court.ActProofing, huma.Operation{Method: http.MethodGet, Path: me, OperationID: "read-identity",
		Summary: "Who I am, how that was verified, and how far a proof is"}, a.readIdentity)
	route(a, court.ActProofing, huma.Operation{Method: http.MethodGet, Path: me + "/texts/{key}", OperationID: "read-identity-text",
		Summary: "A text that is agreed to on the way: litigation_rules, face_consent, court_notice"}, a.readIdentityText)
	route(a, court.ActProofing, huma.Operation{Method: http.MethodPost, Path: me + "/proofing", OperationID: "start-proofing",
		Summary: "Begin to prove who I am, or go on"}, a.startProofing)
	route(a, court.ActProofing, huma.Operation{Method: http.MethodDelete, Path: me + "/proofing", OperationID: "withdraw-proofing",
		Summary: "Give it up; pictures are removed at once", DefaultStatus: http.StatusNoContent}, a.withdrawProofing)
	route(a, court.ActProofing, huma.Operation{Method: http.MethodPut, Path: me + "/proofing/texts/{key}", OperationID: "agree-to-identity-text",
		Summary: "Agree to a text exactly as it was shown"}, a.agreeToText)
	route(a, court.ActProofing, huma.Operation{Method: http.MethodPut, Path: me + "/proofing/document", OperationID: "say-document",
		Summary: "My name and document; id_number and id_checksum say that the number can't be right"}, a.sayDocument)
	route(a, court.ActProofing, huma.Operation{Method: http.MethodPut, Path: me + "/proofing/phone", OperationID: "confirm-proofing-phone",
		Summary: "Count the code that I answered in this session within half an hour; reverification_required: answer one by POST /api/v1/me/reverification first"}, a.confirmPhone)
	route(a, court.ActProofing, huma.Operation{Method: http.MethodPut, Path: me + "/proofing/review", OperationID: "wish-review",
		Summary: "Ask for review by people of the court (人工审核), or no longer"}, a.wishReview)
	route(a, court.ActProofing, huma.Operation{Method: http.MethodPut, Path: me + "/proofing/photos/{kind}", OperationID: "keep-document-photo",
		Summary: "A picture of the document: JPEG, PNG or WebP; the newest of a kind counts", MaxBodyBytes: store.MaxProofingFile, BodyReadTimeout: captureWait}, a.keepPhoto)
	route(a, court.ActProofing, huma.Operation{Method: http.MethodPost, Path: me + "/proofing/challenges", OperationID: "challenge-proofing",
		Summary: "What the camera has to answer, once and soon: colours of the screen, or digits to read aloud"}, a.challengeProofing)
	route(a, court.ActProofing, huma.Operation{Method: http.MethodPut, Path: me + "/proofing/challenges/{challenge}/answer", OperationID: "answer-challenge",
		Summary: "The frames of the camera, or the video", MaxBodyBytes: store.MaxProofingFile, BodyReadTimeout: captureWait}, a.answerChallenge)
	route(a, court.ActProofing, huma.Operation{Method: http.MethodPut, Path: me + "/proofing/signature", OperationID: "take-signature",
		Summary: "Count my signature on file (PUT /api/v1/me/signature) as the one that the court's notice asks for"}, a.takeSignature)
	route(a, court.ActProofing, huma.Operation{Method: http.MethodPost, Path: me + "/proofing/submission", OperationID: "submit-proofing",
		Summary: "Hand it in: approved at once where authorities say yes, in review, or open again where pictures of the document are wanted first"}, a.submitProofing)
	route(a, court.ActPhoneChange, huma.Operation{Method: http.MethodPut, Path: "/api/v1/me/phone", OperationID: "change-phone",
		Summary: "Sign in with another phone from now on: with a code of the phone of before in this session (POST /api/v1/me/reverification), and the code sent to the new one (POST /api/v1/auth/codes)", DefaultStatus: http.StatusNoContent}, a.changePhone)
	route(a, court.ActTheftReport, huma.Operation{Method: http.MethodPost, Path: "/api/v1/me/theft", OperationID: "report-theft",
		Summary: "Say that somebody else has used my account: other sessions end, and the judges of my open cases are told"}, a.reportTheft)
}

func (a *API) readIdentity(ctx context.Context, _ *struct{}) (*body[hub.Identity], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ReadIdentity{}))
}

// IdentityTextIn names a text.
type IdentityTextIn struct {
	Key string `path:"key" maxLength:"64"`
}

func (a *API) readIdentityText(ctx context.Context, in *IdentityTextIn) (*body[hub.NoticeText], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ReadIdentityText{Key: in.Key}))
}

func (a *API) startProofing(ctx context.Context, _ *struct{}) (*body[*hub.ProofingView], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.StartProofing{}))
}

func (a *API) withdrawProofing(ctx context.Context, _ *struct{}) (*struct{}, error) {
	return done(hub.Do(ctx, a.hub, actorOf(ctx), hub.WithdrawProofing{}))
}

type agreeToTextIn struct {
	IdentityTextIn
	Body struct {
		Version string `json:"version" maxLength:"20"`
		SHA256  string `json:"sha256" maxLength:"64" doc:"of the text as it was shown, in hex"`
	}
}

func (a *API) agreeToText(ctx context.Context, in *agreeToTextIn) (*body[*hub.ProofingView], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.AgreeToText{Key: in.Key, Version: in.Body.Version, SHA256: in.Body.SHA256}))
}

func (a *API) sayDocument(ctx context.Context, in *struct{ Body proofing.Document }) (*body[*hub.ProofingView], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.SayDocument{Document: in.Body}))
}

func (a *API) confirmPhone(ctx context.Context, _ *struct{}) (*body[*hub.ProofingView], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ConfirmProofingPhone{}))
}

type wishReviewIn struct {
	Body struct {
		On bool `json:"on"`
	}
}

func (a *API) wishReview(ctx context.Context, in *wishReviewIn) (*body[*hub.ProofingView], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.WishReview{On: in.Body.On}))
}

type keepPhotoIn struct {
	Kind    proofing.FileKind `path:"kind" enum:"document_front,document_back,guardian_proof"`
	RawBody []byte            `contentType:"application/octet-stream"`
}

func (a *API) keepPhoto(ctx context.Context, in *keepPhotoIn) (*body[*hub.ProofingView], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.KeepDocumentPhoto{Kind: in.Kind, Data: in.RawBody}))
}

type challengeIn struct {
	Body struct {
		Kind proofing.FileKind `json:"kind" enum:"flash,digits_video"`
	}
}

func (a *API) challengeProofing(ctx context.Context, in *challengeIn) (*body[*hub.ProofingChallenge], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ChallengeProofing{Kind: in.Body.Kind}))
}

type answerChallengeIn struct {
	Challenge string `path:"challenge" maxLength:"64"`
	RawBody   []byte `contentType:"application/octet-stream"`
}

func (a *API) answerChallenge(ctx context.Context, in *answerChallengeIn) (*body[*hub.ProofingView], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.AnswerChallenge{ID: in.Challenge, Data: in.RawBody}))
}

func (a *API) takeSignature(ctx context.Context, _ *struct{}) (*body[*hub.ProofingView], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.TakeSignature{}))
}

func (a *API) submitProofing(ctx context.Context, _ *struct{}) (*body[*hub.ProofingView], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.SubmitProofing{}))
}

type changePhoneIn struct {
	Body struct {
		Phone string `json:"phone" maxLength:"40"`
		Code  string `json:"code" maxLength:"40" doc:"that was sent to the new number"`
	}
}

func (a *API) changePhone(ctx context.Context, in *changePhoneIn) (*struct{}, error) {
	return done(hub.Do(ctx, a.hub, actorOf(ctx), hub.ChangePhone{Phone: in.Body.Phone, Code: in.Body.Code}))
}

type reportTheftIn struct {
	Body struct {
		Since int64  `json:"since" doc:"Unix milliseconds"`
		Note  string `json:"note,omitempty" maxLength:"4000" doc:"at most 1000 characters: what I didn't do"`
	}
}

func (a *API) reportTheft(ctx context.Context, in *reportTheftIn) (*body[hub.TheftReported], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ReportTheft{Since: in.Body.Since, Note: in.Body.Note}))
}
