package dev.afinador.verification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afinador.dataset.DatasetFinding;
import dev.afinador.job.JobError;
import dev.afinador.job.JobPhase;
import dev.afinador.job.JobStatus;
import dev.afinador.job.JobTransition;
import dev.afinador.job.Progress;
import dev.afinador.job.Submission.Outcome;
import dev.afinador.provider.KeySource;
import dev.afinador.provider.ModelLifecycle;
import dev.afinador.provider.ProviderError;
import dev.afinador.provider.ProviderError.Kind;
import dev.afinador.provider.ProviderKind;
import dev.afinador.provider.RemoteJob;
import dev.afinador.sync.SyncState;
import dev.afinador.text.Messages;
import dev.afinador.verification.Finding.Action;
import dev.afinador.verification.Finding.Code;
import dev.afinador.verification.Finding.Severity;
import dev.afinador.verification.Report.Answer;
import dev.afinador.verification.Report.FlowStep;
import dev.afinador.verification.Report.FlowStep.Place;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class VerifierTest {

    private final Scene scene = new Scene();

    @Nested
    class Presence {

        @Test
        void a_job_that_the_provider_answers_with_is_there_with_evidence() {
            Report report = scene.verify();
            assertThat(report.presence().answer()).isEqualTo(Answer.YES);
            assertThat(report.presence().requestId()).isEqualTo("req_0123456789abcdef");
            assertThat(report.presence().rawStatus()).isEqualTo("queued");
            assertThat(finding(report, Code.AT_PROVIDER).severity()).isEqualTo(Severity.OK);
            assertThat(report.conclusion().code()).isEqualTo("pending");
        }

        @ParameterizedTest
        @EnumSource(
                value = JobPhase.class,
                names = {"PREPARING", "UPLOADING", "SUBMITTING"})
        void a_job_on_its_way_is_not_there_yet_and_says_in_which_phase(JobPhase phase) {
            Report report = scene.notSubmitted(phase, Outcome.NOT_SENT).verify();
            assertThat(report.presence().answer()).isEqualTo(Answer.NOT_YET);
            assertThat(finding(report, Code.NOT_YET_AT_PROVIDER).variant()).isEqualTo(phase.word());
            assertThat(report.conclusion().code()).isEqualTo("not_yet");
            assertThat(report.sync().reason()).isEqualTo("nothing_yet");
        }

        @Test
        void a_job_that_ended_before_it_was_sent_never_was_there() {
            Report report =
                    scene.notSubmitted(JobPhase.PREPARING, Outcome.NOT_SENT)
                            .job(b -> b.status(JobStatus.CANCELLED).phase(null))
                            .verify();
            assertThat(report.presence().answer()).isEqualTo(Answer.NO);
            assertThat(finding(report, Code.NOT_YET_AT_PROVIDER).variant()).isEqualTo("never");
            assertThat(report.conclusion().code()).isEqualTo("cancelled");
        }

        @Test
        void a_job_that_the_provider_does_not_know_is_a_problem() {
            scene.lookup = new Lookup.Unknown404("req_1", Duration.ofMillis(90), scene.now);
            Report report = scene.verify();
            assertThat(report.presence().answer()).isEqualTo(Answer.NO);
            assertThat(finding(report, Code.UNKNOWN_TO_PROVIDER).severity())
                    .isEqualTo(Severity.PROBLEM);
            assertThat(report.conclusion().code()).isEqualTo("not_there");
        }

        @Test
        void a_job_that_is_over_and_gone_from_the_provider_is_no_loss() {
            scene.over(JobStatus.SUCCEEDED).job(b -> b.fineTunedModel("ft:m:o::1"));
            scene.lookup = new Lookup.Unknown404("req_1", Duration.ofMillis(90), scene.now);
            Report report = scene.verify();
            assertThat(finding(report, Code.UNKNOWN_TO_PROVIDER).variant()).isEqualTo("over");
            assertThat(report.conclusion().code()).isEqualTo("succeeded_look");
        }

        @Test
        void without_a_lookup_the_answer_is_what_was_last_known_and_says_so() {
            scene.lookup = new Lookup.NotTried();
            Report report = scene.verify();
            assertThat(report.presence().answer()).isEqualTo(Answer.UNKNOWN);
            assertThat(report.conclusion().code()).isEqualTo("not_asked");

            scene.job(b -> b.missingSince(Scene.CREATED.plusSeconds(60)));
            assertThat(scene.verify().presence().answer()).isEqualTo(Answer.NO);
        }

        @Test
        void a_lost_answer_to_the_creation_means_that_the_job_may_be_there() {
            Report report =
                    scene.notSubmitted(JobPhase.SUBMITTING, Outcome.UNKNOWN)
                            .job(b -> b.trouble(new JobError("outcome_unknown", "", null)))
                            .verify();
            assertThat(report.presence().answer()).isEqualTo(Answer.UNKNOWN);
            assertThat(finding(report, Code.OUTCOME_UNKNOWN).severity())
                    .isEqualTo(Severity.WARNING);
            assertThat(codes(report)).doesNotContain(Code.SUBMISSION_HELD_UP);
            assertThat(report.conclusion().code()).isEqualTo("may_be_there");
        }

        @Test
        void what_holds_up_a_submission_is_told_with_its_cause() {
            Report report =
                    scene.notSubmitted(JobPhase.UPLOADING, Outcome.NOT_CREATED)
                            .job(b -> b.trouble(new JobError("provider_quota", "no credit", null)))
                            .verify();
            assertThat(codes(report)).contains(Code.SUBMISSION_HELD_UP, Code.QUOTA);
            assertThat(report.conclusion().code()).isEqualTo("held_up");
            assertThat(report.conclusion().because()).isEqualTo(finding(report, Code.QUOTA));
        }
    }

    @Nested
    class Link {

        @ParameterizedTest
        @CsvSource(
                nullValues = "-",
                value = {
                    "KEY_MISSING, KEY_MISSING, -, PROBLEM",
                    "KEY_REJECTED, KEY_REJECTED, -, PROBLEM",
                    "FORBIDDEN, FORBIDDEN, -, PROBLEM",
                    "TRAINING_NOT_AVAILABLE, TRAINING_NOT_AVAILABLE, -, PROBLEM",
                    "DNS, NO_CONNECTION, dns, PROBLEM",
                    "REFUSED, NO_CONNECTION, refused, PROBLEM",
                    "TLS, NO_CONNECTION, tls, PROBLEM",
                    "TIMEOUT, NO_CONNECTION, timeout, PROBLEM",
                    "CONNECTION_LOST, NO_CONNECTION, lost, PROBLEM",
                    "NOT_FOUND, NOT_THIS_PROTOCOL, not_found, PROBLEM",
                    "BAD_REQUEST, REQUEST_REFUSED, -, WARNING",
                    "RATE_LIMITED, RATE_LIMITED, -, WARNING",
                    "QUOTA, QUOTA, -, PROBLEM",
                    "SERVER_ERROR, SERVER_ERROR, -, WARNING",
                    "NOT_THIS_PROTOCOL, NOT_THIS_PROTOCOL, -, PROBLEM",
                })
        void every_kind_of_trouble_is_told_apart_and_the_state_is_then_the_last_known(
                Kind kind, Code code, @Nullable String variant, Severity severity) {
            Report report = scene.failedLookup(kind, null, "words").verify();
            Finding finding = finding(report, code);
            assertThat(finding.variant()).isEqualTo(variant);
            assertThat(finding.severity()).isEqualTo(severity);
            assertThat(report.presence().answer()).isEqualTo(Answer.UNKNOWN);
            assertThat(report.conclusion().code()).isEqualTo("cannot_tell");
            assertThat(report.conclusion().because()).isEqualTo(finding);
        }

        @Test
        void every_kind_of_trouble_has_a_row_in_the_table_above() {
            for (Kind kind : Kind.values()) {
                assertThat(codes(new Scene().failedLookup(kind, null, "x").verify()))
                        .as(kind.name())
                        .anyMatch(code ->
                                code.compareTo(Code.KEY_MISSING) >= 0
                                        && code.compareTo(Code.REQUEST_REFUSED) <= 0);
            }
        }

        @Test
        void a_missing_environment_variable_is_named() {
            scene.key = new KeySource.Environment("OPENAI_API_KEY", "");
            Finding finding =
                    finding(
                            scene.failedLookup(Kind.KEY_MISSING, null, "").verify(),
                            Code.KEY_MISSING);
            assertThat(finding.variant()).isEqualTo("environment");
            assertThat(finding.args()).contains(Arg.text("OPENAI_API_KEY"));
        }

        @Test
        void a_vendor_without_a_key_is_missing_one_even_before_anybody_asks() {
            scene.key = new KeySource.None();
            scene.kind = ProviderKind.OPENAI;
            scene.lookup = new Lookup.NotTried();
            assertThat(codes(scene.verify())).contains(Code.KEY_MISSING);
            scene.kind = ProviderKind.COMPATIBLE;
            assertThat(codes(scene.verify())).doesNotContain(Code.KEY_MISSING);
        }

        @Test
        void a_rate_limit_with_a_time_says_until_when() {
            scene.lookup =
                    new Lookup.Failed(
                            new ProviderError(
                                    Kind.RATE_LIMITED,
                                    429,
                                    null,
                                    "slow down",
                                    null,
                                    "req_9",
                                    scene.now.plusSeconds(30)),
                            scene.now);
            assertThat(finding(scene.verify(), Code.RATE_LIMITED).variant()).isEqualTo("until");
        }

        @Test
        void the_same_trouble_from_three_sources_is_told_once() {
            Report report =
                    scene.syncFailing("provider_dns", "no such host", 4, Scene.CREATED)
                            .failedLookup(Kind.DNS, null, "no such host")
                            .job(b -> b.trouble(new JobError("provider_dns", "x", null)))
                            .verify();
            assertThat(codes(report)).containsOnlyOnce(Code.NO_CONNECTION);
        }

        @Test
        void a_lookup_that_works_softens_what_the_sync_suffers_from() {
            Report report =
                    scene.syncFailing("provider_server_error", "503", 2, scene.now.minusSeconds(60))
                            .verify();
            assertThat(finding(report, Code.SERVER_ERROR).severity()).isEqualTo(Severity.WARNING);
            assertThat(report.presence().answer()).isEqualTo(Answer.YES);
        }

        @ParameterizedTest
        @CsvSource({"61, behind", "-61, ahead", "7200, behind"})
        void clocks_more_than_a_minute_apart_are_told(long seconds, String variant) {
            scene.clockOffset = Duration.ofSeconds(seconds);
            assertThat(finding(scene.verify(), Code.CLOCK_SKEW).variant()).isEqualTo(variant);
        }

        @ParameterizedTest
        @CsvSource({"0", "60", "-60"})
        void clocks_within_a_minute_agree(long seconds) {
            scene.clockOffset = Duration.ofSeconds(seconds);
            assertThat(codes(scene.verify())).doesNotContain(Code.CLOCK_SKEW);
        }
    }

    @Nested
    class Sync {

        @Test
        void a_recent_sync_without_differences_is_right() {
            Report report = scene.verify();
            assertThat(report.sync().answer()).isEqualTo(Answer.YES);
            assertThat(report.sync().lag()).isEqualTo(Duration.ofSeconds(4));
            assertThat(codes(report)).contains(Code.SYNC_FRESH).doesNotContain(Code.SYNC_STALE);
        }

        @Test
        void a_sync_three_intervals_late_is_stale() {
            Instant old = scene.now.minusSeconds(31);
            scene.syncFailing("", "", 0, old);
            Report report = scene.verify();
            assertThat(report.sync().answer()).isEqualTo(Answer.NO);
            assertThat(finding(report, Code.SYNC_STALE).action()).isEqualTo(Action.REFRESH);

            scene.syncFailing("", "", 0, scene.now.minusSeconds(30));
            assertThat(codes(scene.verify())).contains(Code.SYNC_FRESH);
        }

        @Test
        void a_job_whose_state_was_never_read_says_so() {
            scene.sync = SyncState.never(Scene.PROVIDER);
            scene.job(b -> b.syncedAt(null));
            assertThat(finding(scene.verify(), Code.SYNC_STALE).variant()).isEqualTo("never");
        }

        @ParameterizedTest
        @CsvSource({"60, WARNING", "601, PROBLEM"})
        void a_failing_sync_is_a_problem_when_it_lasts(long seconds, Severity severity) {
            Report report =
                    scene.syncFailing(
                                    "provider_timeout",
                                    "no answer",
                                    3,
                                    scene.now.minusSeconds(seconds))
                            .verify();
            assertThat(report.sync().answer()).isEqualTo(Answer.NO);
            assertThat(finding(report, Code.SYNC_FAILING).severity()).isEqualTo(severity);
        }

        @Test
        void what_differed_is_listed_with_both_sides_and_the_report_goes_by_the_provider() {
            scene.found(scene.remote("running"));
            Report report = scene.verify();
            assertThat(report.sync().differences())
                    .containsExactly(
                            new Report.Difference(
                                    "status", Arg.text("queued"), Arg.text("running")));
            assertThat(finding(report, Code.RECORD_DIFFERED).severity()).isEqualTo(Severity.INFO);
            assertThat(report.job().status()).isEqualTo(JobStatus.RUNNING);
            assertThat(report.outlook().state()).isEqualTo("running");
        }

        @Test
        void a_record_that_differs_although_it_had_time_is_a_warning() {
            scene.syncFailing("", "", 0, scene.now.minusSeconds(600));
            scene.found(scene.remote("running"));
            assertThat(finding(scene.verify(), Code.RECORD_DIFFERED).severity())
                    .isEqualTo(Severity.WARNING);
        }

        @Test
        void what_the_provider_leaves_out_is_no_difference() {
            scene.over(JobStatus.SUCCEEDED)
                    .job(b -> b.fineTunedModel("ft:m:o::1").trainedTokens(10L));
            var remote = scene.remote();
            scene.found(
                    new RemoteJob(
                            remote.id(),
                            "SUCCEEDED",
                            remote.model(),
                            null,
                            null,
                            null,
                            null,
                            null,
                            null,
                            List.of(),
                            null,
                            null,
                            Map.of(),
                            null,
                            null,
                            null,
                            Map.of(),
                            "{}"));
            Report report = scene.verify();
            assertThat(report.sync().differences()).isEmpty();
            assertThat(report.sync().reason()).isEqualTo("over");
            assertThat(finding(report, Code.SYNC_FRESH).variant()).isEqualTo("over");
        }
    }

    @Nested
    class WaitingAndRunning {

        @Test
        void up_to_two_hours_waiting_is_simply_normal() {
            scene.now = Scene.CREATED.plusSeconds(3).plus(Duration.ofHours(2));
            scene.job(b -> b.syncedAt(scene.now));
            Report report = scene.verify();
            assertThat(finding(report, Code.WAITING_NORMAL).severity()).isEqualTo(Severity.OK);
            assertThat(codes(report)).doesNotContain(Code.PENDING_OVER_2_HOURS);
            assertThat(report.conclusion().code()).isEqualTo("pending");
        }

        @Test
        void more_than_two_hours_is_worth_a_look() {
            later(Duration.ofHours(2).plusSeconds(4));
            Report report = scene.verify();
            assertThat(codes(report)).contains(Code.WAITING_NORMAL);
            Finding finding = finding(report, Code.PENDING_OVER_2_HOURS);
            assertThat(finding.severity()).isEqualTo(Severity.WARNING);
            assertThat(finding.variant()).isNull();
            assertThat(report.conclusion().code()).isEqualTo("pending_look");
        }

        @Test
        void more_than_a_day_is_said_more_clearly() {
            later(Duration.ofHours(25));
            assertThat(finding(scene.verify(), Code.PENDING_OVER_2_HOURS).variant())
                    .isEqualTo("days");
        }

        @Test
        void where_long_waits_are_usual_two_hours_are_only_good_to_know() {
            later(Duration.ofHours(3));
            scene.waits = Collections.nCopies(10, Duration.ofHours(5));
            Report report = scene.verify();
            assertThat(finding(report, Code.PENDING_OVER_2_HOURS).severity())
                    .isEqualTo(Severity.INFO);
            assertThat(report.conclusion().code()).isEqualTo("pending");
        }

        @Test
        void waiting_longer_than_nine_of_ten_is_told_with_the_numbers() {
            later(Duration.ofMinutes(30));
            scene.waits = Collections.nCopies(10, Duration.ofMinutes(5));
            assertThat(finding(scene.verify(), Code.WAITING_LONGER_THAN_P90).args())
                    .contains(Arg.span(Duration.ofMinutes(5)), Arg.number(10));
            scene.waits = Collections.nCopies(2, Duration.ofMinutes(5));
            assertThat(codes(scene.verify())).doesNotContain(Code.WAITING_LONGER_THAN_P90);
        }

        @Test
        void median_and_p90_come_from_past_jobs() {
            scene.waits = IntStream.rangeClosed(1, 10).mapToObj(Duration::ofMinutes).toList();
            Report.Outlook outlook = scene.verify().outlook();
            assertThat(outlook.median()).isEqualTo(Duration.ofSeconds(330));
            assertThat(outlook.p90()).isEqualTo(Duration.ofMinutes(9));
            assertThat(outlook.past()).isEqualTo(10);
        }

        @Test
        void a_running_job_that_reports_steps_is_progressing() {
            scene.running(
                    scene.now.minus(Duration.ofMinutes(10)),
                    new Progress(40, 40L, 100L, Progress.Kind.STEPS));
            scene.lastStepAt = scene.now.minusSeconds(20);
            Report report = scene.verify();
            assertThat(codes(report)).contains(Code.RUNNING_PROGRESSING);
            assertThat(report.conclusion().code()).isEqualTo("running");
        }

        @ParameterizedTest
        @CsvSource(
                nullValues = "-",
                value = {"60, eta", "-1, -"})
        void a_forecast_is_told_while_it_lies_ahead(long seconds, @Nullable String variant) {
            scene.running(
                    scene.now.minus(Duration.ofMinutes(10)),
                    new Progress(40, 40L, 100L, Progress.Kind.STEPS));
            scene.lastStepAt = scene.now.minusSeconds(20);
            scene.job = scene.job.toBuilder().eta(scene.now.plusSeconds(seconds)).build();
            Report report = scene.verify();
            assertThat(finding(report, Code.RUNNING_PROGRESSING).variant()).isEqualTo(variant);
            ReportDocument document = ReportDocument.of(report, Locale.ENGLISH, ZoneOffset.UTC);
            assertThat(document.sections().getFirst().rows())
                    .extracting(ReportDocument.Row::label)
                    .filteredOn("Expected to end"::equals)
                    .hasSize(variant == null ? 0 : 1);
        }

        @ParameterizedTest
        @CsvSource({"59, INFO", "61, WARNING"})
        void a_running_job_without_steps_is_worth_a_look_after_an_hour(
                long minutes, Severity severity) {
            scene.running(scene.now.minus(Duration.ofMinutes(minutes)), Progress.UNKNOWN);
            assertThat(finding(scene.verify(), Code.RUNNING_NO_PROGRESS_YET).severity())
                    .isEqualTo(severity);
        }

        @Test
        void a_running_job_that_fell_silent_stands_still() {
            scene.now = Scene.CREATED.plus(Duration.ofHours(3));
            scene.running(Scene.CREATED, new Progress(50, 50L, 100L, Progress.Kind.STEPS));
            scene.lastStepAt = Scene.CREATED.plus(Duration.ofMinutes(50));
            assertThat(finding(scene.verify(), Code.PROGRESS_STALLED).severity())
                    .isEqualTo(Severity.WARNING);
        }

        @Test
        void a_slow_job_is_given_as_many_of_its_own_steps() {
            scene.now = Scene.CREATED.plus(Duration.ofHours(3));
            scene.running(Scene.CREATED, new Progress(10, 2L, 20L, Progress.Kind.STEPS));
            scene.lastStepAt = Scene.CREATED.plus(Duration.ofMinutes(60)); // half an hour a step
            assertThat(codes(scene.verify())).contains(Code.RUNNING_PROGRESSING);
        }

        @Test
        void training_longer_than_nine_of_ten_is_good_to_know() {
            scene.now = Scene.CREATED.plus(Duration.ofHours(3));
            scene.running(Scene.CREATED, Progress.UNKNOWN);
            scene.runs = Collections.nCopies(5, Duration.ofHours(1));
            assertThat(finding(scene.verify(), Code.RUNNING_LONGER_THAN_P90).severity())
                    .isEqualTo(Severity.INFO);
        }

        @Test
        void a_paused_job_waits_for_somebody() {
            scene.job(b -> b.status(JobStatus.PAUSED).phase(null).providerStatus("paused"));
            Report report = scene.verify();
            assertThat(finding(report, Code.PAUSED).action()).isEqualTo(Action.RESUME);
            assertThat(report.conclusion().code()).isEqualTo("paused");
        }

        @Test
        void a_status_that_nobody_knows_is_shown_as_it_came_and_the_job_stays_alive() {
            scene.found(scene.remote("defragmenting"));
            Report report = scene.verify();
            assertThat(finding(report, Code.UNKNOWN_STATUS).args())
                    .contains(Arg.text("defragmenting"));
            assertThat(report.job().status()).isEqualTo(JobStatus.PENDING);
            assertThat(codes(report)).doesNotContain(Code.WAITING_NORMAL);
            assertThat(report.conclusion().code()).isEqualTo("unknown_status");
        }

        @ParameterizedTest
        @CsvSource({"60, INFO", "301, WARNING"})
        void a_cancellation_that_is_not_confirmed_is_told(long seconds, Severity severity) {
            scene.job(b -> b.cancelRequestedAt(scene.now.minusSeconds(seconds)));
            assertThat(finding(scene.verify(), Code.CANCEL_PENDING).severity()).isEqualTo(severity);
        }

        @Test
        void a_refused_cancellation_is_told_with_the_providers_words() {
            scene.lookup = new Lookup.NotTried();
            scene.job(b -> b.trouble(new JobError("cancel_refused", "already running", null)));
            assertThat(finding(scene.verify(), Code.CANCEL_REFUSED).args())
                    .contains(Arg.text("already running"));
        }

        private void later(Duration sinceCreation) {
            scene.now = Scene.CREATED.plus(sinceCreation);
            scene.job(b -> b.syncedAt(scene.now.minusSeconds(3)));
        }
    }

    @Nested
    class TheEnd {

        @Test
        void a_succeeded_job_can_be_activated() {
            scene.over(JobStatus.SUCCEEDED).job(b -> b.fineTunedModel("ft:m:o::1"));
            Report report = scene.verify();
            assertThat(finding(report, Code.SUCCEEDED_CAN_ACTIVATE).action())
                    .isEqualTo(Action.ACTIVATE);
            assertThat(report.conclusion().code()).isEqualTo("succeeded");
        }

        @Test
        void on_azure_a_deployment_comes_first() {
            scene.kind = ProviderKind.AZURE;
            scene.over(JobStatus.SUCCEEDED).job(b -> b.fineTunedModel("m.ft-0123456789"));
            assertThat(finding(scene.verify(), Code.SUCCEEDED_CAN_ACTIVATE).variant())
                    .isEqualTo("azure");
        }

        @Test
        void a_success_without_a_model_name_is_not_offered_for_activation() {
            scene.over(JobStatus.SUCCEEDED);
            Report report = scene.verify();
            assertThat(finding(report, Code.SUCCEEDED_CAN_ACTIVATE).variant())
                    .isEqualTo("no_model");
            assertThat(report.conclusion().code()).isEqualTo("succeeded_no_model");
        }

        @Test
        void a_success_on_a_retired_base_is_not_offered_for_activation() {
            scene.over(JobStatus.SUCCEEDED).job(b -> b.fineTunedModel("ft:gpt-3.5-turbo:o::1"));
            scene.retirement = retirement("gpt-3.5-turbo");
            Report report = scene.verify();
            assertThat(finding(report, Code.SUCCEEDED_CAN_ACTIVATE).variant()).isEqualTo("retired");
            assertThat(report.conclusion().code()).isEqualTo("succeeded_retired");
        }

        @Test
        void a_cancelled_job_is_over() {
            Report report = scene.over(JobStatus.CANCELLED).verify();
            assertThat(codes(report)).contains(Code.CANCELLED);
            assertThat(report.conclusion().code()).isEqualTo("cancelled");
        }

        @Test
        void an_end_that_nobody_dated_is_not_given_a_date() {
            scene.over(JobStatus.CANCELLED);
            scene.job = scene.job.toBuilder().finishedAt(null).build();
            String text = ReportMarkdown.render(scene.verify(), Locale.of("es"), ZoneOffset.UTC);
            assertThat(text).contains("no dice cuándo").doesNotContain("Se detuvo el");
        }

        @ParameterizedTest
        @CsvSource(
                nullValues = "-",
                delimiter = '|',
                value = {
                    "invalid_n_examples | Training file has 7 example(s), but must have at least 10"
                            + " examples | invalid_n_examples | FIX_FILE",
                    "- | file-x has 5 example(s), but must have at least 10 examples |"
                            + " invalid_n_examples | FIX_FILE",
                    "invalid_training_file | The job failed due to an invalid training file. |"
                            + " invalid_training_file | FIX_FILE",
                    "invalid_training_file | Invalid file format. Example 100, message 2"
                            + " Discriminator 'role' is missing in value | example | FIX_FILE",
                    "invalid_training_file | Input file file-1 is in the fine-tune-chat format, but"
                            + " the specified fine-tuning job is not using 'supervised' as the training"
                            + " method (provided method=dpo). | wrong_format | FIX_FILE",
                    "invalid_training_file | Unexpected file format, expected either"
                            + " prompt/completion pairs or chat messages. | wrong_format | FIX_FILE",
                    "invalid_training_file | The file was blocked because too many examples were"
                            + " flagged by our moderation | moderation | FIX_FILE",
                    "deleted_training_file | The job failed because the training file was deleted |"
                            + " deleted_training_file | START_AGAIN",
                    "invalid_validation_file | bad | invalid_validation_file | FIX_FILE",
                    "training_not_available | closed | training_not_available | CHECK_PROVIDER",
                    "model_not_available | no | model_not_available | START_AGAIN",
                    "dataset_missing | - | dataset_missing | START_AGAIN",
                    "file_rejected | - | file_rejected | FIX_FILE",
                    "provider_removed | - | provider_removed | START_AGAIN",
                    "server_error | oops | server_error | START_AGAIN",
                    "training_failed | - | untold | OPEN_DASHBOARD",
                    "something_new | words | - | START_AGAIN",
                })
        void the_hint_fits_the_error(
                @Nullable String code,
                @Nullable String message,
                @Nullable String variant,
                Action action) {
            Finding finding = failedWith(code == null ? "x" : code, message == null ? "" : message);
            assertThat(finding.variant()).isEqualTo(variant);
            assertThat(finding.action()).isEqualTo(action);
            assertThat(finding.severity()).isEqualTo(Severity.PROBLEM);
        }

        @Test
        void an_error_that_names_an_example_points_at_the_line_and_what_we_found_there() {
            var onLine =
                    new DatasetFinding(
                            "role_missing",
                            DatasetFinding.Severity.ERROR,
                            100,
                            "$.messages[1]",
                            List.of());
            var elsewhere =
                    new DatasetFinding(
                            "blank_line", DatasetFinding.Severity.WARNING, 7, null, List.of());
            scene.dataset(200, 1, elsewhere, onLine);
            Finding finding =
                    failedWith(
                            "invalid_training_file",
                            "Invalid file format. Example 100, message 2 Discriminator 'role' is"
                                    + " missing in value");
            assertThat(finding.args()).contains(Arg.number(100), Arg.number(2));
            assertThat(finding.lines()).containsExactly(onLine);
        }

        private Finding failedWith(String code, String message) {
            Report report =
                    scene.over(JobStatus.FAILED)
                            .job(b -> b.error(new JobError(code, message, null)))
                            .verify();
            assertThat(report.conclusion().code()).isEqualTo("failed");
            return finding(report, Code.FAILED_WITH_ERROR);
        }
    }

    @Nested
    class FileAndModel {

        private final DatasetFinding broken =
                new DatasetFinding(
                        "json_broken", DatasetFinding.Severity.ERROR, 12, null, List.of("3"));

        @Test
        void errors_in_the_file_of_a_job_on_its_way_are_a_problem_with_lines() {
            scene.notSubmitted(JobPhase.PREPARING, Outcome.NOT_SENT).dataset(90, 2, broken, broken);
            Finding finding = finding(scene.verify(), Code.FILE_FORMAT);
            assertThat(finding.severity()).isEqualTo(Severity.PROBLEM);
            assertThat(finding.args()).contains(Arg.text("12"), Arg.number(2));
            assertThat(finding.lines()).containsExactly(broken, broken);
        }

        @Test
        void errors_in_the_file_of_a_job_that_the_provider_took_are_a_warning() {
            scene.dataset(90, 1, broken);
            assertThat(finding(scene.verify(), Code.FILE_FORMAT).severity())
                    .isEqualTo(Severity.WARNING);
        }

        @ParameterizedTest
        @CsvSource({"10, true", "49, true", "50, false"})
        void fewer_than_fifty_examples_are_worth_an_advice(long examples, boolean small) {
            List<Code> codes = codes(scene.dataset(examples, 0).verify());
            assertThat(codes.contains(Code.SMALL_DATASET)).isEqualTo(small);
        }

        @Test
        void a_retired_base_makes_waiting_vain() {
            scene.retirement = retirement("gpt-3.5-turbo");
            Report report = scene.verify();
            assertThat(finding(report, Code.BASE_MODEL_RETIRED).severity())
                    .isEqualTo(Severity.PROBLEM);
            assertThat(finding(report, Code.BASE_MODEL_RETIRED).variant())
                    .isEqualTo("replaceable_until");
            assertThat(report.conclusion().code()).isEqualTo("pending_in_vain");
        }

        @Test
        void for_a_job_that_came_to_nothing_anyway_it_is_only_good_to_know() {
            scene.over(JobStatus.CANCELLED).retirement = retirement("gpt-3.5-turbo");
            assertThat(finding(scene.verify(), Code.BASE_MODEL_RETIRED).severity())
                    .isEqualTo(Severity.INFO);
        }

        @Test
        void a_replacement_that_is_gone_itself_is_not_offered() {
            scene.now = Instant.parse("2027-02-01T00:00:00Z");
            scene.retirement = retirement("gpt-3.5-turbo");
            assertThat(finding(scene.verify(), Code.BASE_MODEL_RETIRED).variant()).isNull();
        }

        @ParameterizedTest
        @CsvSource({"2026-10-15, INFO", "2026-10-17, WARNING", "2027-01-13, WARNING"})
        void a_base_that_ends_within_ninety_days_is_a_warning(LocalDate today, Severity severity) {
            scene.now = today.atStartOfDay(ZoneOffset.UTC).toInstant();
            scene.job(b -> b.syncedAt(scene.now));
            scene.retirement = retirement("gpt-4.1-mini");
            assertThat(finding(scene.verify(), Code.BASE_MODEL_RETIRING).severity())
                    .isEqualTo(severity);
        }

        @Test
        void a_vendor_that_closes_soon_matters_most_to_jobs_that_are_not_there_yet() {
            scene.closing = ModelLifecycle.shipped().closing(ProviderKind.OPENAI).orElseThrow();
            assertThat(finding(scene.verify(), Code.PROVIDER_CLOSING).severity())
                    .isEqualTo(Severity.INFO);
            scene.notSubmitted(JobPhase.PREPARING, Outcome.NOT_SENT);
            assertThat(finding(scene.verify(), Code.PROVIDER_CLOSING).severity())
                    .isEqualTo(Severity.WARNING);
            scene.now = Instant.parse("2027-01-06T00:00:00Z");
            Finding closed = finding(scene.verify(), Code.PROVIDER_CLOSING);
            assertThat(closed.variant()).isEqualTo("closed");
            assertThat(closed.severity()).isEqualTo(Severity.PROBLEM);
        }

        @Test
        void a_vendor_that_closes_in_a_year_is_not_mentioned() {
            scene.now = Instant.parse("2026-01-06T00:00:00Z");
            scene.closing = ModelLifecycle.shipped().closing(ProviderKind.OPENAI).orElseThrow();
            assertThat(codes(scene.verify())).doesNotContain(Code.PROVIDER_CLOSING);
        }
    }

    @Nested
    class Flow {

        @Test
        void the_way_shows_what_is_behind_and_ahead_with_times() {
            Instant queued = Scene.CREATED.plusSeconds(50);
            scene.transitions.add(
                    new JobTransition(
                            Scene.CREATED, null, JobStatus.PENDING, JobPhase.PREPARING, null));
            scene.transitions.add(
                    new JobTransition(
                            queued,
                            JobStatus.PENDING,
                            JobStatus.PENDING,
                            JobPhase.QUEUED,
                            "queued"));
            assertThat(scene.verify().flow())
                    .containsExactly(
                            new FlowStep("preparing", Place.DONE, Scene.CREATED),
                            new FlowStep("uploading", Place.DONE, null),
                            new FlowStep("submitting", Place.DONE, null),
                            new FlowStep("validating", Place.DONE, null),
                            new FlowStep("queued", Place.CURRENT, queued),
                            new FlowStep("running", Place.AHEAD, null),
                            new FlowStep("succeeded", Place.AHEAD, null));
        }

        @Test
        void a_job_that_failed_in_validation_never_came_to_training() {
            scene.over(JobStatus.FAILED).job(b -> b.startedAt(null));
            assertThat(scene.verify().flow())
                    .contains(
                            new FlowStep("validating", Place.DONE, null),
                            new FlowStep("running", Place.NOT_REACHED, null),
                            new FlowStep("failed", Place.CURRENT, null));
        }
    }

    @Test
    void findings_come_worst_first() {
        scene.retirement = retirement("gpt-3.5-turbo");
        scene.clockOffset = Duration.ofMinutes(5);
        assertThat(scene.verify().findings())
                .extracting(Finding::severity)
                .isSortedAccordingTo(Comparator.reverseOrder());
    }

    @Test
    void every_finding_has_its_words_in_both_languages() {
        for (Locale locale : List.of(Locale.ENGLISH, Locale.of("es"))) {
            var messages = Messages.of(ReportText.class, locale);
            for (Code code : Code.values()) {
                for (String part : List.of("title", "evidence", "action")) {
                    assertThat(messages.has("finding." + code.word() + "." + part))
                            .as(locale + " " + code + " " + part)
                            .isTrue();
                }
            }
        }
    }

    private static ModelLifecycle.Retirement retirement(String model) {
        return ModelLifecycle.shipped()
                .of(ProviderKind.OPENAI, model, Optional.empty())
                .orElseThrow();
    }

    private static List<Code> codes(Report report) {
        return report.findings().stream().map(Finding::code).toList();
    }

    private static Finding finding(Report report, Code code) {
        return report.findings().stream()
                .filter(finding -> finding.code() == code)
                .findFirst()
                .orElseThrow(() -> new AssertionError(code + " is not in " + codes(report)));
    }
}
