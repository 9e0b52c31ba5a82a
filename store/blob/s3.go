package blob

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
	"github.com/tus/tusd/v2/pkg/s3store"
)

// bucket keeps content as objects `PREFIX/content/NAME`, uploads as `PREFIX/uploads/ID`.
type bucket struct {
	client    *s3.Client
	name      string
	prefix    string // "" or ending in "/"
	transfers bucketTransfers
}

// Parts of an upload on its way to the bucket lie on this machine's disk: each at most partSize, and per upload
// bufferedParts more than the one that is being sent.
const (
	partSize      = 8 << 20
	bufferedParts = 2
)

func openS3(ctx context.Context, cfg Config) (*bucket, error) {
	u, err := url.Parse(cfg.Place)
	if err != nil || u.Host == "" {
		return nil, errors.New("blob: the bucket's address must look like s3://bucket/prefix?endpoint=https://host&region=name")
	}
	if cfg.AccessKey == "" || cfg.Secret == "" {
		return nil, errors.New("blob: the bucket's access key and secret are missing")
	}
	q := u.Query()
	for key := range q {
		if key != "endpoint" && key != "region" {
			return nil, fmt.Errorf("blob: the bucket's address has an unknown part %q", key)
		}
	}
	region := q.Get("region")
	if region == "" {
		region = "us-east-1"
	}
	options := s3.Options{
		Region:      region,
		Credentials: credentials.NewStaticCredentialsProvider(cfg.AccessKey, cfg.Secret, ""),
		// Many S3-compatible servers don't know the SDK's newer default checksums.
		RequestChecksumCalculation: aws.RequestChecksumCalculationWhenRequired,
		ResponseChecksumValidation: aws.ResponseChecksumValidationWhenRequired,
	}
	if endpoint := q.Get("endpoint"); endpoint != "" {
		options.BaseEndpoint = aws.String(endpoint)
		options.UsePathStyle = true
	}
	b := &bucket{client: s3.New(options), name: u.Host, prefix: strings.Trim(u.Path, "/")}
	if b.prefix != "" {
		b.prefix += "/"
	}
	b.transfers = newBucketTransfers(b, cfg.Temp)
	if _, err := b.client.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &b.name}); err != nil {
		return nil, fmt.Errorf("blob: bucket %s can't be used: %w", b.name, err)
	}
	return b, nil
}

func (b *bucket) key(name Name) *string { return aws.String(b.prefix + "content/" + string(name)) }

func (b *bucket) Shared() bool { return true }

func (b *bucket) Transfers() Transfers { return b.transfers }

// Put lets the server check the content too: it refuses bytes that don't have the SHA-256 in the name.
func (b *bucket) Put(ctx context.Context, name Name, src io.ReadSeeker) error {
	if !name.Valid() {
		return ErrNotFound
	}
	h := sha256.New()
	size, err := io.Copy(h, src)
	if err != nil {
		return err
	}
	sum := h.Sum(nil)
	if hex.EncodeToString(sum) != name.Sum() {
		return ErrCorrupt
	}
	if _, err := src.Seek(-size, io.SeekCurrent); err != nil {
		return err
	}
	_, err = b.client.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &b.name, Key: b.key(name), Body: src, ContentLength: &size,
		ChecksumSHA256: aws.String(base64.StdEncoding.EncodeToString(sum)),
	})
	return err
}

// Adopt copies the object inside of the bucket and checks the copy by the checksum that the server gives, or, where it gives
// none, by reading it.
func (b *bucket) Adopt(ctx context.Context, name Name, transfer string) error {
	if !name.Valid() {
		return ErrNotFound
	}
	object, _, _ := strings.Cut(transfer, "+")
	out, err := b.client.CopyObject(ctx, &s3.CopyObjectInput{
		Bucket: &b.name, Key: b.key(name), ChecksumAlgorithm: types.ChecksumAlgorithmSha256,
		CopySource:        aws.String((&url.URL{Path: path.Join(b.name, b.transfers.ObjectPrefix, object)}).EscapedPath()),
		MetadataDirective: types.MetadataDirectiveReplace,
	})
	if err != nil {
		return noSuch(err)
	}
	sum, _ := hex.DecodeString(name.Sum())
	if r := out.CopyObjectResult; r != nil && aws.ToString(r.ChecksumSHA256) == base64.StdEncoding.EncodeToString(sum) {
		return nil
	}
	return b.check(ctx, name)
}

// check reads content and removes it if it isn't what its name says.
func (b *bucket) check(ctx context.Context, name Name) error {
	content, err := b.Open(ctx, name)
	if err != nil {
		return err
	}
	defer content.Close()
	h := sha256.New()
	if _, err := io.Copy(h, content); err != nil {
		return err
	}
	if hex.EncodeToString(h.Sum(nil)) != name.Sum() {
		return errors.Join(ErrCorrupt, b.Remove(ctx, name))
	}
	return nil
}

func (b *bucket) Open(ctx context.Context, name Name) (Content, error) {
	if !name.Valid() {
		return nil, ErrNotFound
	}
	head, err := b.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &b.name, Key: b.key(name)})
	if err != nil {
		return nil, noSuch(err)
	}
	return &object{ctx: ctx, b: b, key: b.key(name), size: aws.ToInt64(head.ContentLength)}, nil
}

func (b *bucket) Remove(ctx context.Context, name Name) error {
	if !name.Valid() {
		return ErrNotFound
	}
	return b.removeKey(ctx, b.key(name))
}

func (b *bucket) removeKey(ctx context.Context, key *string) error {
	_, err := b.client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &b.name, Key: key})
	if err = noSuch(err); errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

func (b *bucket) List(ctx context.Context, f func(Entry) error) error {
	return b.list(ctx, b.prefix+"content/", func(o types.Object) error {
		name := Name(path.Base(aws.ToString(o.Key)))
		if !name.Valid() {
			return nil
		}
		return f(Entry{Name: name, Size: aws.ToInt64(o.Size), At: aws.ToTime(o.LastModified)})
	})
}

func (b *bucket) list(ctx context.Context, prefix string, f func(types.Object) error) error {
	pages := s3.NewListObjectsV2Paginator(b.client, &s3.ListObjectsV2Input{Bucket: &b.name, Prefix: &prefix})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, o := range page.Contents {
			if err := f(o); err != nil {
				return err
			}
		}
	}
	return nil
}

// noSuch turns the ways in which servers say that something isn't there into ErrNotFound.
func noSuch(err error) error {
	var api smithy.APIError
	if errors.As(err, &api) {
		switch api.ErrorCode() {
		case "NoSuchKey", "NotFound", "NoSuchUpload":
			return ErrNotFound
		}
	}
	return err
}

// bucketTransfers is tusd's store for a bucket, with what is missing there.
type bucketTransfers struct {
	s3store.S3Store
	b *bucket
}

func newBucketTransfers(b *bucket, temp string) bucketTransfers {
	store := s3store.New(b.name, b.client)
	store.ObjectPrefix = b.prefix + "uploads"
	store.PreferredPartSize = partSize
	store.MaxBufferedParts = bufferedParts
	store.TemporaryDirectory = temp
	return bucketTransfers{store, b}
}

func (t bucketTransfers) End(ctx context.Context, id string) error {
	object, multipart, _ := strings.Cut(id, "+")
	if object == "" {
		return nil
	}
	key := t.ObjectPrefix + "/" + object
	var errs []error
	if multipart != "" {
		errs = append(errs, t.abort(ctx, key, multipart))
	}
	for _, suffix := range []string{"", ".part", ".info"} {
		errs = append(errs, t.b.removeKey(ctx, aws.String(key+suffix)))
	}
	return errors.Join(errs...)
}

func (t bucketTransfers) abort(ctx context.Context, key, multipart string) error {
	_, err := t.b.client.AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{Bucket: &t.b.name, Key: &key, UploadId: &multipart})
	if err = noSuch(err); errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

func (t bucketTransfers) EndOlder(ctx context.Context, before time.Time) error {
	prefix := t.ObjectPrefix + "/"
	err := t.b.list(ctx, prefix, func(o types.Object) error {
		if !aws.ToTime(o.LastModified).Before(before) {
			return nil
		}
		return t.b.removeKey(ctx, o.Key)
	})
	if err != nil {
		return err
	}
	pages := s3.NewListMultipartUploadsPaginator(t.b.client, &s3.ListMultipartUploadsInput{Bucket: &t.b.name, Prefix: &prefix})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, up := range page.Uploads {
			if !aws.ToTime(up.Initiated).Before(before) {
				continue
			}
			if err := t.abort(ctx, aws.ToString(up.Key), aws.ToString(up.UploadId)); err != nil {
				return err
			}
		}
	}
	return nil
}
