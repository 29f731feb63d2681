package org.batchmill.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/** Who describes networks, reads checkpoints or writes an engine of their own gets no native library with this module. */
class NoNativesTest {

    private static final Pattern NATIVE = Pattern.compile(".*\\.(so|so\\.\\d[.\\d]*|dll|dylib|jnilib)");

    @Test
    void shouldHaveNoNativeLibraryOnTheClassPath() throws IOException {
        List<String> names = new ArrayList<>();
        List<String> natives = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            File jar = new File(entry);
            names.add(jar.getName());
            if (jar.isFile()) {
                try (ZipFile file = new ZipFile(jar)) {
                    file.stream()
                            .map(ZipEntry::getName)
                            .filter(name -> NATIVE.matcher(name).matches())
                            .forEach(name -> natives.add(jar.getName() + ": " + name));
                }
            }
        }
        assertThat(names).as("the libraries' own class path").anyMatch(name -> name.startsWith("jackson-databind"));
        assertThat(natives).isEmpty();
        assertThat(names).noneMatch(name -> name.startsWith("javacpp") || name.startsWith("opencv"));
    }
}
