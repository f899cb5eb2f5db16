package dev.afinador.cli;

import dev.afinador.text.Messages;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// Tells in the reader's language what is wrong with the options.
final class BadUsage implements IParameterExceptionHandler {

    private final Messages messages;

    BadUsage(Locale locale) {
        this.messages = Messages.of(BadUsage.class, locale);
    }

    @Override
    public int handleParseException(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        command.getErr().println(words(e));
        command.getErr().println(messages.text("usage.help"));
        return CheckCommand.BAD_USAGE;
    }

    private String words(ParameterException e) {
        return switch (e) {
            case UnmatchedArgumentException unknown -> unknown(unknown);
            case MissingParameterException missing when !missing.getMissing().isEmpty() -> {
                ArgSpec argument = missing.getMissing().getFirst();
                yield argument.isOption()
                        ? messages.text("usage.no_value", name(argument))
                        : messages.text("usage.no_file");
            }
            default -> {
                ArgSpec argument = e.getArgSpec();
                if (argument == null || e.getValue() == null) {
                    // ours are in the reader's language
                    yield String.valueOf(e.getMessage());
                }
                Object[] constants = argument.type().getEnumConstants();
                yield constants == null
                        ? messages.text("usage.bad_value", name(argument), e.getValue())
                        : messages.text(
                                "usage.not_one_of",
                                name(argument),
                                e.getValue(),
                                Arrays.stream(constants)
                                        .map(String::valueOf)
                                        .collect(Collectors.joining(", ")));
            }
        };
    }

    private String unknown(UnmatchedArgumentException e) {
        String given = e.getUnmatched().getFirst();
        List<String> like = e.isUnknownOption() ? e.getSuggestions() : List.of();
        return like.isEmpty()
                ? messages.text("usage.unknown", given)
                : messages.text("usage.unknown_like", given, String.join(", ", like));
    }

    private static String name(ArgSpec argument) {
        return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
    }
}
