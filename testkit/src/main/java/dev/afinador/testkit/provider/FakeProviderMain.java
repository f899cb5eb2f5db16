package dev.afinador.testkit.provider;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Runs a [FakeProvider] as a process until it is killed. Prints its base URL on one line when it is ready.
///
/// `--port 4010 --key sk-test-1 --script happy --step-millis 500 --fault-seed 7 --fault "JOBS_CREATE=cut_after@0.3"`
///
/// `--key` and `--fault` may be repeated; without `--step-millis` jobs move by the [ControlApi] only.
public final class FakeProviderMain {
    private static final Pattern FAULT =
            Pattern.compile("(?<endpoint>[^=]+)=(?<fault>\\w+)(@(?<chance>[0-9.]+))?");

    private FakeProviderMain() {}

    public static void main(String[] args) throws InterruptedException {
        FakeProvider provider;
        try {
            provider = start(args);
        } catch (IllegalArgumentException | java.io.UncheckedIOException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(provider::close));
        System.out.println("Fake provider ready at " + provider.baseUrl());
        new CountDownLatch(1).await();
    }

    static FakeProvider start(String... args) {
        FakeProvider.Builder builder = FakeProvider.builder();
        List<String> keys = new ArrayList<>();
        List<Matcher> faults = new ArrayList<>();
        for (int i = 0; i < args.length; i += 2) {
            if (i + 1 == args.length) {
                throw new IllegalArgumentException("A value is missing after " + args[i]);
            }
            String value = args[i + 1];
            switch (args[i]) {
                case "--port" -> builder.port(Integer.parseInt(value));
                case "--key" -> keys.add(value);
                case "--script" -> builder.script(JobScript.named(value, JobScript.builtIn()));
                case "--step-millis" -> builder.ticking(Duration.ofMillis(Long.parseLong(value)));
                case "--fault-seed" -> builder.faultSeed(Long.parseLong(value));
                case "--fault" -> faults.add(fault(value));
                default -> throw new IllegalArgumentException("Unknown option: " + args[i]);
            }
        }
        if (!keys.isEmpty()) {
            builder.keys(keys.toArray(String[]::new));
        }
        FakeProvider provider = builder.start();
        for (Matcher fault : faults) {
            String chance = fault.group("chance");
            provider.faults()
                    .add(
                            fault.group("endpoint").equals("*")
                                    ? null
                                    : Endpoint.of(fault.group("endpoint")),
                            FaultReader.read(fault.group("fault"), Json.object()),
                            Integer.MAX_VALUE,
                            chance == null ? 1 : Double.parseDouble(chance));
        }
        return provider;
    }

    private static Matcher fault(String text) {
        Matcher matcher = FAULT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "A fault looks like JOBS_CREATE=cut_after@0.3, not " + text);
        }
        return matcher;
    }
}
